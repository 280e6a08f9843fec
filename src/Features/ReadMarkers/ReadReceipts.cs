using Chatalot.Features.Frames;
using Chatalot.Shared.Realtime;

namespace Chatalot.Features.ReadMarkers;

/// <summary>
/// Tells how far somebody has read: always to the user's own sockets, which clear their badges, and to the channel's other
/// listeners unless the user does not want that. There a person who reads on is told once a second, and in channels with
/// many listeners nobody is told: thousands would hear of thousands.
/// </summary>
internal sealed class ReadReceipts(Rooms rooms, Connections connections, TimeProvider clock)
{
    private const int LargestAudience = 250;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly Dictionary<(Guid ChannelId, Guid UserId), ReadReceiptFrame?> recent = [];

    /// <summary>An SQL expression: others may see how far this user has read.</summary>
    public static string MayBeTold(string userId) =>
        $"""
            not exists (
                select from user_preferences
                where user_id = {userId} and preferences -> 'sendReadReceipts' = 'false'::jsonb
            )
            """;

    /// <summary>Tells of cursors of one user that moved.</summary>
    /// <param name="receipts">One for each channel; not empty.</param>
    /// <param name="toOthers">The user lets others see it.</param>
    public void Tell(IReadOnlyList<ReadReceiptFrame> receipts, bool toOthers)
    {
        var own = new OutgoingFrame.Builder();
        foreach (var receipt in receipts)
            own.Add(Wire.Utf8(receipt));
        connections.SendToUser(receipts[0].UserId, own.Build());
        if (!toOthers)
            return;
        foreach (var receipt in receipts)
            TellOthers(receipt);
    }

    private void TellOthers(ReadReceiptFrame receipt)
    {
        if (rooms.CountIn(receipt.ChannelId) is 0 or > LargestAudience)
            return;
        var key = (receipt.ChannelId, receipt.UserId);
        lock (gate)
        {
            if (recent.ContainsKey(key))
            {
                recent[key] = receipt;
                return;
            }
            recent[key] = null;
        }
        Publish(receipt);
        _ = FollowAsync(key);
    }

    /// <summary>Tells the newest of what came in each further second, until a second brings nothing.</summary>
    private async Task FollowAsync((Guid ChannelId, Guid UserId) key)
    {
        while (true)
        {
            await Task.Delay(Interval, clock);
            ReadReceiptFrame? newest;
            lock (gate)
            {
                newest = recent[key];
                if (newest is null)
                {
                    recent.Remove(key);
                    return;
                }
                recent[key] = null;
            }
            Publish(newest);
        }
    }

    private void Publish(ReadReceiptFrame receipt) =>
        rooms.Publish(receipt.ChannelId, Wire.Of(receipt), listener => listener.UserId != receipt.UserId);
}
