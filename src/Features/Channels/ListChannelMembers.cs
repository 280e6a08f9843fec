using Chatalot.Features.Accounts;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Npgsql;

namespace Chatalot.Features.Channels;

/// <summary>
/// GET /api/channels/{id}/members: owner, admins, moderators, members, the longest there first. For a discoverable
/// channel of a group the group's other members are listed too, save those who are banned. The caller's own row is part
/// of the first page, where clients look for it.
/// </summary>
internal sealed class ListChannelMembers(ChannelGate channels, NpgsqlDataSource database)
    : Endpoint<ListChannelMembers.Query, IReadOnlyList<MemberResponse>>
{
    public sealed record Query(Guid Id, int? Limit, int? Offset);

    public override void Configure()
    {
        Get("/api/channels/{id}/members");
        Summary("List a channel's members", 403, 404);
    }

    public override async Task<IReadOnlyList<MemberResponse>> ExecuteAsync(Query query, CancellationToken ct)
    {
        var relation = await channels.FindAsync(query.Id, User.Id(), ct);
        if (relation.RefusalToListMembers is { } refusal)
            throw refusal.AsException();
        return await MemberPage
            .Of(query.Limit, query.Offset)
            .ReadAsync(
                database,
                """
                select user_id, role, joined_at from channel_members where channel_id = $5
                union all
                select user_id, 0::smallint, joined_at from group_members in_group
                where group_id = $6
                  and not exists (
                      select from channel_members known
                      where known.channel_id = $5 and known.user_id = in_group.user_id)
                  and not exists (
                      select from channel_bans ban where ban.channel_id = $5 and ban.user_id = in_group.user_id)
                """,
                extraColumn: "",
                MemberResponse.Read,
                User.Id(),
                ct,
                query.Id,
                relation.Channel.Discoverable ? relation.Channel.GroupId : null
            );
    }
}
