using Chatalot.Features.Accounts;
using Chatalot.Features.Messages;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Npgsql;

namespace Chatalot.Features.ReadMarkers;

/// <summary>
/// GET /api/channels/unread: the caller's channels with messages of others that are newer than the read cursor, or than
/// the caller's joining. A channel whose newest message is not beyond the cursor costs one comparison; in the others at
/// most a hundred messages are looked at, and beyond that the difference of positions in the channel is the answer.
/// </summary>
public sealed class GetUnread(NpgsqlDataSource database)
    : EndpointWithoutRequest<IReadOnlyList<GetUnread.UnreadResponse>>
{
    private const int CountedOneByOne = 100;

    /// <summary>What is unread in one channel.</summary>
    /// <param name="ChannelId">The channel.</param>
    /// <param name="UnreadCount">Messages, at least 1; clients show 99+ from 100 on.</param>
    public sealed record UnreadResponse(Guid ChannelId, long UnreadCount);

    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/channels/unread");
        Summary("Unread counts of all own channels");
    }

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<UnreadResponse>> ExecuteAsync(CancellationToken ct) =>
        await database.ListAsync(
            $"""
            select fresh.channel_id,
                case when unread.counted < {CountedOneByOne} then unread.counted
                     else greatest({CountedOneByOne}, fresh.position - unread.first + 1) end
            from (
                select head.channel_id, head.position, head.last_message_id,
                    coalesce(cursor.message_id, first_message_id_at(member.joined_at)) as seen
                from channel_members member
                join channel_heads head on head.channel_id = member.channel_id
                left join read_cursors cursor on cursor.channel_id = member.channel_id and cursor.user_id = $1
                where member.user_id = $1
            ) fresh
            cross join lateral (
                select count(*) as counted, min(next.position) as first from (
                    select m.position from messages m
                    where m.channel_id = fresh.channel_id and m.id > fresh.seen and m.sender_id is distinct from $1
                        and {MessageVisibility.Sql}
                    order by m.id limit {CountedOneByOne}
                ) next
            ) unread
            where fresh.last_message_id > fresh.seen and unread.counted > 0
            """,
            row => new UnreadResponse(row.GetGuid(0), row.GetInt64(1)),
            ct,
            User.Id()
        );
}
