using Chatalot.Features.Frames;

namespace Chatalot.Features.Gateway;

/// <summary>unsubscribe: ends the live traffic of these channels, or of all when none is named.</summary>
public sealed class Unsubscribe(Subscriptions subscriptions) : IFrameHandler<UnsubscribeFrame>
{
    /// <inheritdoc/>
    public ValueTask HandleAsync(UnsubscribeFrame frame, SocketSession session, CancellationToken ct)
    {
        subscriptions.Unsubscribe(session.Connection, frame.ChannelIds);
        return ValueTask.CompletedTask;
    }
}
