using Chatalot.Features.Frames;
using Chatalot.Features.Gateway;
using Chatalot.Features.Messages;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.ReadMarkers;

/// <summary>
/// mark_all_read: every channel of the user is read up to its newest message, by one statement. The user's other
/// devices hear of each that was not (contract, realtime.md G3).
/// </summary>
internal sealed class MarkAllRead(ReadReceipts receipts, NpgsqlDataSource database, TimeProvider clock)
    : IFrameHandler<MarkAllReadFrame>
{
    /// <inheritdoc/>
    public async ValueTask HandleAsync(MarkAllReadFrame frame, SocketSession session, CancellationToken ct)
    {
        var reader = session.Caller.UserId;
        var now = clock.GetUtcNow();
        var moved = await database.ListAsync(
            $"""
            insert into read_cursors as cursor (channel_id, user_id, message_id, position, read_at)
            select member.channel_id, $1, newest.id, newest.position, $2
            from channel_members member
            join channel_heads head on head.channel_id = member.channel_id
            left join read_cursors known on known.channel_id = member.channel_id and known.user_id = $1
            cross join lateral (
                select m.id, m.position from messages m where m.channel_id = member.channel_id and {MessageVisibility.Sql}
                order by {MessageRange.Order(newestFirst: true)} limit 1
            ) newest
            where member.user_id = $1 and (known.message_id is null or known.message_id < head.last_message_id)
            order by member.channel_id
            on conflict (channel_id, user_id) do update
                set message_id = excluded.message_id, position = excluded.position, read_at = excluded.read_at
                where cursor.message_id < excluded.message_id
            returning channel_id, message_id, {ReadReceipts.MayBeTold("$1", "cursor.channel_id")}
            """,
            row => new MovedCursor(new(row.GetGuid(0), reader, row.GetGuid(1), now), row.GetBoolean(2)),
            ct,
            reader,
            now
        );
        if (moved.Count > 0)
            receipts.Tell(moved);
    }
}
