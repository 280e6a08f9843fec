using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Departures;

/// <summary>
/// Takes a sender who is gone out of their messages, piece by piece: somebody may have written a million, and who
/// reacts to one that is locked, or pins it, waits.
/// </summary>
internal static class SenderRemoval
{
    /// <summary>Most messages of one piece. That is less than a second, and all that most people ever write.</summary>
    public const int Piece = 5000;

    /// <summary>The place of a message among those of its sender.</summary>
    /// <param name="ChannelId">The channel.</param>
    /// <param name="MessageId">The message.</param>
    /// <param name="Count">How many messages the piece had that ended here.</param>
    public readonly record struct Place(Guid ChannelId, Guid MessageId, int Count);

    /// <summary>
    /// The next piece, in the caller's transaction if there is one. It begins behind the last: rows that were changed
    /// before are still in the index until vacuum comes, and would be passed again each time.
    /// </summary>
    /// <returns>Where it ended; nothing counted: there was no more.</returns>
    public static Task<Place> RemoveNextAsync(
        NpgsqlConnection connection,
        Guid userId,
        Place last,
        CancellationToken ct
    ) =>
        connection.FirstAsync(
            $"""
            with piece as materialized (
                select channel_id, id from messages
                where sender_id = $1 and (channel_id, id) > ($2, $3)
                order by channel_id, id limit {Piece}
            ), removed as (
                update messages set sender_id = null where id = any (array(select id from piece))
            )
            select channel_id, id, (select count(*)::int from piece) from piece
            order by channel_id desc, id desc limit 1
            """,
            row => new Place(row.GetGuid(0), row.GetGuid(1), row.GetInt32(2)),
            ct,
            userId,
            last.ChannelId,
            last.MessageId
        );

    /// <summary>Leaves what one piece did not reach, and what is being stored at this moment, to the job.</summary>
    public static Task<int> LeaveToJobAsync(
        NpgsqlConnection connection,
        Guid userId,
        DateTimeOffset now,
        CancellationToken ct
    ) =>
        connection.ExecuteAsync(
            "insert into departed_senders (user_id, departed_at) values ($1, $2) on conflict do nothing",
            ct,
            userId,
            now
        );
}
