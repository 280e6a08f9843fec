using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Chatalot.Shared.Http;

/// <summary>
/// The one answer to "who is calling": rate limits, sessions and audit all read
/// <see cref="ConnectionInfo.RemoteIpAddress"/> after this middleware (contract, operations.md 5.7).
/// </summary>
internal sealed class ClientAddress(RequestDelegate next, TrustedProxies trusted)
{
    public Task InvokeAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        // A Unix socket has no peer address; whoever may open it is on this machine.
        var peer = context.Connection.RemoteIpAddress ?? IPAddress.Loopback;
        var forwardedFor = headers["X-Forwarded-For"];
        // Some proxies name the client nowhere else.
        var hops = forwardedFor.Count > 0 ? forwardedFor : headers["X-Real-IP"];
        context.Connection.RemoteIpAddress = Resolve(peer, hops, trusted);
        if (trusted.Contains(peer) && Scheme(headers["X-Forwarded-Proto"]) is { } scheme)
            context.Request.Scheme = scheme;
        return next(context);
    }

    /// <summary>
    /// Walks <c>X-Forwarded-For</c> from the right: each trusted hop vouches for the element before it. What stands
    /// left of the first untrusted address was written by the caller and proves nothing.
    /// </summary>
    public static IPAddress Resolve(IPAddress peer, StringValues forwardedFor, TrustedProxies trusted)
    {
        var client = Plain(peer);
        for (var line = forwardedFor.Count - 1; line >= 0; line--)
        {
            var rest = forwardedFor[line].AsSpan();
            while (!rest.IsEmpty)
            {
                if (!trusted.Contains(client))
                    return client;
                var comma = rest.LastIndexOf(',');
                var element = rest[(comma + 1)..].Trim();
                rest = rest[..Math.Max(comma, 0)];
                if (element.IsEmpty)
                    continue;
                if (Address(element) is not { } hop)
                    return client;
                client = hop;
            }
        }
        return client;
    }

    /// <summary>The word of the nearest proxy; sockets arrive as <c>ws</c> and <c>wss</c> from some.</summary>
    public static string? Scheme(StringValues forwardedProto)
    {
        if (forwardedProto.Count == 0)
            return null;
        var words = forwardedProto[^1].AsSpan();
        var word = words[(words.LastIndexOf(',') + 1)..].Trim();
        if (
            word.Equals("https", StringComparison.OrdinalIgnoreCase)
            || word.Equals("wss", StringComparison.OrdinalIgnoreCase)
        )
            return Uri.UriSchemeHttps;
        return
            word.Equals("http", StringComparison.OrdinalIgnoreCase)
            || word.Equals("ws", StringComparison.OrdinalIgnoreCase)
            ? Uri.UriSchemeHttp
            : null;
    }

    /// <summary>
    /// An address with or without a port. Bare numbers, which the parser would take for addresses, are none.
    /// </summary>
    private static IPAddress? Address(ReadOnlySpan<char> text) =>
        text.IndexOfAny('.', ':') >= 0 && IPEndPoint.TryParse(text, out var endPoint) ? Plain(endPoint.Address) : null;

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
