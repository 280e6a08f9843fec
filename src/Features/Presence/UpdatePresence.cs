using Chatalot.Features.Frames;
using Chatalot.Features.Gateway;

namespace Chatalot.Features.Presence;

/// <summary>
/// update_presence: how the user wants to be shown, or that a device is not in use (contract, realtime.md F1, F2, F4).
/// Silent. What is chosen for all devices is stored before anybody hears of it.
/// </summary>
internal sealed class UpdatePresence(PresenceBoard board, PresenceStore store) : IFrameHandler<UpdatePresenceFrame>
{
    private const int Lanes = 64;

    /// <summary>
    /// Words of one user's devices are taken one after the other, so that what is stored is what is shown.
    /// </summary>
    private readonly SemaphoreSlim[] lanes = [.. Enumerable.Range(0, Lanes).Select(_ => new SemaphoreSlim(1, 1))];

    /// <inheritdoc/>
    public async ValueTask HandleAsync(UpdatePresenceFrame frame, SocketSession session, CancellationToken ct)
    {
        var userId = session.Caller.UserId;
        var lane = lanes[(uint)userId.GetHashCode() % Lanes];
        await lane.WaitAsync(ct);
        try
        {
            if (board.Weigh(session.Connection, frame.Status) is not var (before, after))
                return;
            if (before != after)
                await store.ChooseAsync(userId, after, ct);
            board.Update(session.Connection, frame.Status, after);
        }
        finally
        {
            lane.Release();
        }
    }
}
