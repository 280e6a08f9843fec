namespace Chatalot.Features.Push;

/// <summary>Addresses that this server may post to for the sake of a browser.</summary>
internal static class PushEndpoint
{
    private const int HttpsPort = 443;

    /// <summary>HTTPS on its own port, by a name: no way into a network that only this server reaches.</summary>
    public static bool IsAllowed(string endpoint) =>
        Uri.TryCreate(endpoint, UriKind.Absolute, out var address)
        && address.Scheme == Uri.UriSchemeHttps
        && address.Port == HttpsPort
        && address.UserInfo.Length == 0
        && address.HostNameType is UriHostNameType.Dns
        && address.Host.Contains('.');
}
