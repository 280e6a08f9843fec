using Chatalot.Features.Frames;

namespace Chatalot.Features.Gateway;

/// <summary>ping: answered with a pong that carries the client's own number.</summary>
public sealed class Ping : IFrameHandler<PingFrame>
{
    /// <inheritdoc/>
    public ValueTask HandleAsync(PingFrame frame, SocketSession session, CancellationToken ct)
    {
        session.Send(new PongFrame(frame.Timestamp));
        return ValueTask.CompletedTask;
    }
}
