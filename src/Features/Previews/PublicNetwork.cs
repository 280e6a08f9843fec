using System.Net;
using System.Net.Sockets;

namespace Chatalot.Features.Previews;

/// <summary>Names and connections of the internet; tests put a small internet of their own in its place.</summary>
internal interface IPublicNetwork
{
    /// <summary>Every address of the host.</summary>
    Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken ct);

    /// <summary>A connection to one of these addresses, which were checked.</summary>
    Task<Stream> ConnectAsync(IReadOnlyList<IPAddress> addresses, int port, CancellationToken ct);
}

/// <inheritdoc/>
internal sealed class PublicNetwork : IPublicNetwork
{
    public async Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken ct) =>
        await Dns.GetHostAddressesAsync(host, ct);

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
