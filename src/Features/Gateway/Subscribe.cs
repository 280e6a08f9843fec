using Chatalot.Features.Frames;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Realtime;

namespace Chatalot.Features.Gateway;

/// <summary>
/// subscribe: live traffic of these channels to this socket (contract, realtime.md 5 with its correction C4):
/// duplicates, known ones and channels without membership are skipped silently, the others go through, with one query
/// for all. A known one may be named again with <c>last_seen</c>, to catch up.
/// </summary>
public sealed class Subscribe(
    Subscriptions subscriptions,
    RealtimeOptions options,
    IEnumerable<ISocketObserver> observers
) : IFrameHandler<SubscribeFrame>
{
    private static readonly Failure TooMany = Failure.Validation("too many active subscriptions");

    /// <inheritdoc/>
    public async ValueTask HandleAsync(SubscribeFrame frame, SocketSession session, CancellationToken ct)
    {
        var known = Rooms.Of(session.Connection);
        var wanted = frame.ChannelIds.Distinct().Except(known).ToList();
        var free = options.RoomsPerSocket - known.Count;
        if (wanted.Count > free)
            session.Refuse(TooMany, SubscribeFrame.Type);
        var entered = await subscriptions.SubscribeAsync(session.Connection, [.. wanted.Take(free)], ct);
        if (entered.Count == 0 && frame.LastSeen is not { Count: > 0 })
            return;
        foreach (var observer in observers)
            await observer.SubscribedAsync(session, entered, frame, ct);
    }
}
