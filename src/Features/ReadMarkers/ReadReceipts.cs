using Chatalot.Features.Frames;
using Chatalot.Shared.Realtime;

namespace Chatalot.Features.ReadMarkers;

/// <summary>A cursor that moved.</summary>
/// <param name="Receipt">Whose, where and how far.</param>
/// <param name="MayBeTold">Others may see it.</param>
internal sealed record MovedCursor(ReadReceiptFrame Receipt, bool MayBeTold);

/// <summary>
/// Tells how far somebody has read: always to the user's own sockets, which clear their badges, and to the channel's
/// other listeners unless the user does not want that or a block stands between them. There a person who reads on is
/// told once a second, and in channels with many listeners nobody is told: thousands would hear of thousands.
/// </summary>
internal sealed class ReadReceipts(Rooms rooms, Connections connections, TimeProvider clock)
{
    private const int LargestAudience = 250;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly Dictionary<(Guid ChannelId, Guid UserId), ReadReceiptFrame?> recent = [];

    /// <summary>
    /// An SQL expression: others may see how far this user has read in the channel. They want it, and it is no direct
    /// channel of two people of whom one has blocked the other. What the channel is comes first: it is asked once, and
    /// the members of a large one are not compared with each other.
    /// </summary>
    public static string MayBeTold(string userId, string channelId) =>
        $"""
            (not exists (
                select from user_preferences
                where user_id = {userId} and preferences -> 'sendReadReceipts' = 'false'::jsonb
            ) and (
                (
                    select channel.data ->> 'type' is distinct from 'dm' from mt_doc_channel channel
                    where channel.id = {channelId}
                )
                or not exists (
                    select from channel_members peer
                    join user_blocks block
                        on (block.blocker_id = {userId} and block.blocked_id = peer.user_id)
                        or (block.blocker_id = peer.user_id and block.blocked_id = {userId})
                    where peer.channel_id = {channelId} and peer.user_id <> {userId}
                )
            ))
            """;

    /// <summary>Tells of cursors of one user that moved.</summary>
    /// <param name="moved">One for each channel; not empty.</param>
    public void Tell(IReadOnlyList<MovedCursor> moved)
    {
        var own = new OutgoingFrame.Builder();
        foreach (var cursor in moved)
            own.Add(Wire.Utf8(cursor.Receipt));
        connections.SendToUser(moved[0].Receipt.UserId, own.Build());
        foreach (var cursor in moved.Where(cursor => cursor.MayBeTold))
            TellOthers(cursor.Receipt);
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
