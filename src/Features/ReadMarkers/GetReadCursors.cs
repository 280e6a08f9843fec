using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.ReadMarkers;

/// <summary>
/// GET /api/channels/{channel_id}/read-cursors: how far the members have read, who read last first. Members only. Who
/// switched read receipts off is left out for everybody else, and so is the other person of a direct channel with a
/// block.
/// </summary>
public sealed class GetReadCursors(ChannelAccess access, NpgsqlDataSource database)
    : Endpoint<GetReadCursors.Query, IReadOnlyList<GetReadCursors.CursorResponse>>
{
    private const int Most = 1000;

    /// <summary>What is asked for.</summary>
    /// <param name="ChannelId">The channel.</param>
    public sealed record Query(Guid ChannelId);

    /// <summary>How far one member has read.</summary>
    /// <param name="UserId">Who.</param>
    /// <param name="LastReadMessageId">The newest message read; it may be gone by now.</param>
    /// <param name="LastReadAt">When it was read.</param>
    public sealed record CursorResponse(Guid UserId, Guid? LastReadMessageId, DateTimeOffset LastReadAt);

    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/channels/{channel_id}/read-cursors");
        Summary("Read positions of channel members", 403);
    }

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<CursorResponse>> ExecuteAsync(Query query, CancellationToken ct)
    {
        if (await access.FindAsync(query.ChannelId, User.Id(), ct) is null)
            throw Failure.Forbidden.AsException();
        return await database.ListAsync(
            $"""
            select cursor.user_id, cursor.message_id, cursor.read_at
            from read_cursors cursor
            join channel_members member on member.channel_id = cursor.channel_id and member.user_id = cursor.user_id
            where cursor.channel_id = $1 and (cursor.user_id = $2 or {ReadReceipts.MayBeTold("cursor.user_id", "$1")})
            order by cursor.read_at desc limit {Most}
            """,
            row => new CursorResponse(row.GetGuid(0), row.GetGuid(1), row.GetFieldValue<DateTimeOffset>(2)),
            ct,
            query.ChannelId,
            User.Id()
        );
    }
}
