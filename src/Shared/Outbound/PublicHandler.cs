using System.Net;

namespace Chatalot.Shared.Outbound;

/// <summary>
/// Reaches the public internet and nothing else. Each connection resolves its host once, refuses it unless every
/// address is public, and goes to an address that was checked: a name that changes between check and use gains nothing.
/// There is no redirect that is followed unseen, no proxy, no cookie.
/// </summary>
public static class PublicHandler
{
    private static readonly TimeSpan ConnectionAge = TimeSpan.FromSeconds(30);

    /// <summary>A handler for one client of its own.</summary>
    public static SocketsHttpHandler Create(IPublicNetwork network) =>
        new()
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            MaxResponseHeadersLength = 32,
            PooledConnectionLifetime = ConnectionAge,
            SslOptions = network.Tls,
            ConnectCallback = async (context, ct) => await ConnectAsync(network, context.DnsEndPoint, ct),
        };

    private static async Task<Stream> ConnectAsync(IPublicNetwork network, DnsEndPoint endpoint, CancellationToken ct)
    {
        IReadOnlyList<IPAddress> addresses = IPAddress.TryParse(endpoint.Host.Trim('[', ']'), out var literal)
            ? [literal]
            : await network.ResolveAsync(endpoint.Host, ct);
        if (addresses.Count == 0 || !addresses.All(PublicAddress.IsPublic))
            throw new HttpRequestException("internal address");
        return await network.ConnectAsync(addresses, endpoint.Port, ct);
    }
}
