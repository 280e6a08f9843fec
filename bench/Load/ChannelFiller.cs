using Chatalot.Bench.Wire;

namespace Chatalot.Bench.Load;

/// <summary>Puts messages into a channel as fast as one socket may.</summary>
internal sealed class ChannelFiller : IFrameSink
{
    private const int Window = 64;

    private int _acknowledged;
    private string? _refusal;

    /// <exception cref="IOException">The server refused a message or dropped the connection.</exception>
    public static void Fill(Uri server, string token, Guid channel, int messages, int bytes, CancellationToken ct)
    {
        using var socket = SocketOpening.Open(server, token, []);
        var filler = new ChannelFiller();
        var sender = new Sender(0, channel, bytes);
        var scratch = new byte[64 * 1024];
        for (var sent = 0; filler._acknowledged < messages; )
        {
            ct.ThrowIfCancellationRequested();
            for (; sent < messages && sent - filler._acknowledged < Window; sent++)
                socket.Send(sender.Next(Clock.Microseconds));
            if (!socket.Receive(scratch, filler) || filler._refusal is not null)
                throw new IOException($"could not fill the channel: {filler._refusal ?? "the connection was dropped"}");
        }
    }

    public void OnText(ReadOnlySpan<byte> json)
    {
        var kind = ServerFrame.KindOf(json);
        if (kind == FrameKind.MessageSent)
            _acknowledged++;
        else if (kind == FrameKind.Error)
            _refusal = ServerFrame.ErrorOf(json);
    }
}
