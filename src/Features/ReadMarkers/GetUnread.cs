using Chatalot.Features.Accounts;
using Chatalot.Features.Messages;
using Chatalot.Features.Users;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.ReadMarkers;

/// <summary>
/// GET /api/channels/unread: the caller's channels with messages of others that are newer than the read cursor and than
/// the caller's joining. A channel whose newest message is not beyond the cursor costs one comparison. In the others
/// the difference of positions is the answer, less hidden and expired messages, one's own and those of people whom one
/// has blocked; only where messages are gone for good since the cursor (<c>channel_gaps</c>) are rows counted, and at
/// most a hundred of them.
/// </summary>
public sealed class GetUnread(BlockDirectory blocks, NpgsqlDataSource database)
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
            with fresh as materialized (
                select head.channel_id, head.position, head.last_message_id,
                    greatest(cursor.message_id, member.joined_after) as seen,
                    greatest(cursor.position, member.joined_position) as seen_position
                from channel_members member
                join channel_heads head on head.channel_id = member.channel_id
                left join read_cursors cursor on cursor.channel_id = member.channel_id and cursor.user_id = $1
                where member.user_id = $1
            ), unread as materialized (
                select fresh.channel_id, case when gap.channel_id is null then
                    fresh.position - fresh.seen_position
                    - (
                        select count(*) from messages m
                        where m.sender_id = any($2) and m.channel_id = fresh.channel_id and m.id > fresh.seen
                    )
                    - (
                        select count(*) from messages m
                        where m.channel_id = fresh.channel_id and m.id > fresh.seen
                            and (m.deleted_at is not null or m.quarantined_at is not null)
                            and (m.sender_id is null or m.sender_id <> all($2))
                    )
                    - (
                        select count(*) from messages m
                        where m.channel_id = fresh.channel_id and m.expires_at <= now() and m.id > fresh.seen
                            and m.deleted_at is null and m.quarantined_at is null
                            and (m.sender_id is null or m.sender_id <> all($2))
                    )
                else
                    (
                        select count(*) from (
                            select from messages m
                            where m.channel_id = fresh.channel_id and {MessageRange.After("fresh.seen")}
                                and {MessageVisibility.Without(blocked: 2)}
                            limit {CountedOneByOne}
                        ) next
                    )
                end as count
                from fresh
                left join channel_gaps gap on gap.channel_id = fresh.channel_id and gap.last_message_id > fresh.seen
                where fresh.last_message_id > fresh.seen
            )
            select channel_id, count from unread where count > 0
            """,
            row => new UnreadResponse(row.GetGuid(0), row.GetInt64(1)),
            ct,
            User.Id(),
            (Guid[])[User.Id(), .. await blocks.OfAsync(User.Id(), ct)]
        );
}
