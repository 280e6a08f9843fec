using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Chatalot.Shared.Outbound;

/// <summary>Names and connections of the internet; tests put a small internet of their own in its place.</summary>
public interface IPublicNetwork
{
    /// <summary>How servers prove who they are, beyond the system's own roots.</summary>
    SslClientAuthenticationOptions Tls => new();

    /// <summary>Every address of the host.</summary>
    Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken ct);

    /// <summary>A connection to one of these addresses, which were checked.</summary>
    Task<Stream> ConnectAsync(IReadOnlyList<IPAddress> addresses, int port, CancellationToken ct);
}

/// <inheritdoc/>
public sealed class PublicNetwork : IPublicNetwork
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken ct) =>
        await Dns.GetHostAddressesAsync(host, ct);

    /// <inheritdoc/>
    public async Task<Stream> ConnectAsync(IReadOnlyList<IPAddress> addresses, int port, CancellationToken ct)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync([.. addresses], port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
