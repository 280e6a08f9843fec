using System.Net;
using Chatalot.Shared.Outbound;

namespace Chatalot.Features.Previews;

/// <summary>Judges addresses of pages before anything is asked of the network.</summary>
internal static class PreviewAddress
{
    private const int HttpPort = 80;
    private const int HttpsPort = 443;

    private static readonly string[] InternalNames =
    [
        "localhost",
        "local",
        "internal",
        "localdomain",
        "home.arpa",
        "lan",
    ];

    /// <summary>The address, when it is one that may be fetched at all: http or https, usual port, no user.</summary>
    public static Uri? Read(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url)
        && url.Scheme is "http" or "https"
        && url.UserInfo.Length == 0
        && url.Port is HttpPort or HttpsPort
            ? url
            : null;

    /// <summary>Whether the host is internal by its name or by the address that it spells out.</summary>
    public static bool IsInternal(Uri url)
    {
        var host = url.IdnHost.Trim('[', ']').TrimEnd('.').ToLowerInvariant();
        if (host.Length == 0)
            return true;
        if (IPAddress.TryParse(host, out var address))
            return !PublicAddress.IsPublic(address);
        return !host.Contains('.', StringComparison.Ordinal)
            || InternalNames.Any(name => host == name || host.EndsWith("." + name, StringComparison.Ordinal));
    }
}
