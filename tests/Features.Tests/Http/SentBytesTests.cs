using System.Net;
using System.Net.Sockets;
using Chatalot.Shared.Http.Sendfile;

namespace Chatalot.Features.Tests.Http;

public sealed class SentBytesTests
{
    [Fact]
    public async Task Are_what_the_socket_has_taken_whether_it_was_received_or_not()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var reader = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await reader.ConnectAsync(listener.LocalEndpoint);
        using var writer = await listener.AcceptSocketAsync();
        writer.Blocking = false;
        var piece = new byte[10_007];

        SentBytes.AreKnown(writer).ShouldBeTrue();
        SentBytes.Of(writer).ShouldBe(0);
        long taken = 0;
        for (var failure = SocketError.Success; failure is SocketError.Success; )
        {
            taken += writer.Send(piece, SocketFlags.None, out failure);
            SentBytes.Of(writer).ShouldBe(taken);
        }
        taken.ShouldBeGreaterThan(piece.Length);

        for (long read = 0; read < taken; )
            read += await reader.ReceiveAsync(piece);
        SentBytes.Of(writer).ShouldBe(taken);
    }

    [Fact]
    public void Are_not_known_of_a_closed_socket_and_a_local_one()
    {
        using var local = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        SentBytes.AreKnown(local).ShouldBeFalse();

        var closed = new Socket(SocketType.Stream, ProtocolType.Tcp);
        closed.Dispose();
        SentBytes.Of(closed).ShouldBeNull();
    }
}
