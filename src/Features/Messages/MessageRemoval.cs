using Chatalot.Features.Frames;
using Chatalot.Shared.Realtime;

namespace Chatalot.Features.Messages;

/// <summary>A message that readers may no longer see: deleted, quarantined, expired or purged.</summary>
/// <param name="ChannelId">Where it was.</param>
/// <param name="MessageId">Which.</param>
public readonly record struct RemovedMessage(Guid ChannelId, Guid MessageId);

/// <summary>
/// Tells open clients that messages are gone, by <c>message_deleted</c>. Whoever hides or deletes rows of
/// <c>messages</c> calls it after the commit, with many at once if there are many.
/// </summary>
public sealed class MessageRemoval(Rooms rooms)
{
    /// <summary>
    /// What answers the messages <c>$1</c> forgets them. For the transaction that removes them for good: no reply may
    /// name a message that nobody can find any more (contract, messages.md B 4).
    /// </summary>
    public const string ForgetAnswered = "update messages set reply_to_id = null where reply_to_id = any ($1)";

    /// <summary>
    /// The same for their threads: what was written there goes on as messages of the channel. Not in galleries, where a
    /// comment is no post of its own: there it stays out of sight.
    /// </summary>
    public const string ForgetThreads = """
        update messages m set thread_id = null where m.thread_id = any ($1) and not exists (
            select from mt_doc_channel channel where channel.id = m.channel_id and channel.data ->> 'type' = 'gallery'
        )
        """;

    /// <summary>
    /// Files that are bound to the messages <c>$1</c> go with them, but for what operators have to judge. For the
    /// transaction that deletes messages or removes them for good.
    /// </summary>
    public const string DropFiles =
        "select drop_files(array_agg(id)) from files where message_id = any ($1) having count(*) > 0";

    private const int MostInOneFrame = 500;

    /// <summary>
    /// Tells the listeners of each channel; a channel's share goes out in few pieces, however large it is.
    /// </summary>
    public void Tell(IEnumerable<RemovedMessage> removed)
    {
        foreach (var channel in removed.GroupBy(message => message.ChannelId))
        {
            if (!rooms.IsOccupied(channel.Key))
                continue;
            foreach (var some in channel.Chunk(MostInOneFrame))
            {
                var frames = new OutgoingFrame.Builder();
                foreach (var message in some)
                    frames.Add(Wire.Utf8(new MessageDeletedFrame(message.MessageId)));
                rooms.Publish(channel.Key, frames.Build());
            }
        }
    }
}
