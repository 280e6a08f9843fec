using Chatalot.Features.Channels;
using Chatalot.Features.Frames;
using Chatalot.Features.Gateway;
using Chatalot.Features.Messages;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.ReadMarkers;

/// <summary>
/// mark_read: the user has read a channel up to a message (contract, realtime.md 10 with its corrections G1, G3, G4,
/// G6). Silent whatever it is: only a message of that channel that readers may see moves the cursor, and only forwards.
/// </summary>
internal sealed class MarkRead(
    ChannelAccess access,
    ReadReceipts receipts,
    NpgsqlDataSource database,
    TimeProvider clock
) : IFrameHandler<MarkReadFrame>
{
    /// <inheritdoc/>
    public async ValueTask HandleAsync(MarkReadFrame frame, SocketSession session, CancellationToken ct)
    {
        var reader = session.Caller.UserId;
        if (frame.MessageId is not { } messageId || await access.FindAsync(frame.ChannelId, reader, ct) is null)
            return;
        var now = clock.GetUtcNow();
        var moved = await database.ListAsync(
            $"""
            insert into read_cursors as cursor (channel_id, user_id, message_id, position, read_at)
            select m.channel_id, $1, m.id, m.position, $4 from messages m
            where m.id = $3 and m.channel_id = $2 and {MessageVisibility.Sql}
            on conflict (channel_id, user_id) do update
                set message_id = excluded.message_id, position = excluded.position, read_at = excluded.read_at
                where cursor.message_id < excluded.message_id
            returning {ReadReceipts.MayBeTold("$1", "$2")}
            """,
            row => new MovedCursor(new(frame.ChannelId, reader, messageId, now), row.GetBoolean(0)),
            ct,
            reader,
            frame.ChannelId,
            messageId,
            now
        );
        if (moved.Count > 0)
            receipts.Tell(moved);
    }
}
