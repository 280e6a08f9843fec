using Chatalot.Features.Accounts;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Communities;

/// <summary>GET /api/communities/{cid}/members: owner, admins, moderators, members, the longest there first.</summary>
internal sealed class ListCommunityMembers(CommunityGate communities, NpgsqlDataSource database)
    : Endpoint<ListCommunityMembers.Query, IReadOnlyList<CommunityMemberResponse>>
{
    public sealed record Query(Guid Cid, int? Limit, int? Offset);

    public override void Configure()
    {
        Get("/api/communities/{cid}/members");
        Summary("List a community's members", 403, 404);
    }

    public override async Task<IReadOnlyList<CommunityMemberResponse>> ExecuteAsync(Query query, CancellationToken ct)
    {
        await communities.RequireAsync(query.Cid, User.Id(), CommunityAction.View, ct);
        return await MemberPage
            .Of(query.Limit, query.Offset)
            .ReadAsync(
                database,
                "select user_id, role, joined_at, nickname from community_members where community_id = $5",
                extraColumn: "nickname",
                CommunityMemberResponse.Read,
                User.Id(),
                ct,
                query.Cid
            );
    }
}

/// <summary>A member of a community.</summary>
/// <param name="UserId">The account.</param>
/// <param name="Username">Its unique name.</param>
/// <param name="DisplayName">Its name for people.</param>
/// <param name="AvatarUrl">Its picture.</param>
/// <param name="Role">The stored role.</param>
/// <param name="Nickname">Its name in this community.</param>
/// <param name="JoinedAt">When the membership began.</param>
public sealed record CommunityMemberResponse(
    Guid UserId,
    string Username,
    string DisplayName,
    string? AvatarUrl,
    SpaceRole Role,
    string? Nickname,
    DateTimeOffset JoinedAt
)
{
    internal static CommunityMemberResponse Read(NpgsqlDataReader row)
    {
        var member = MemberResponse.Read(row);
        return new(
            member.UserId,
            member.Username,
            member.DisplayName,
            member.AvatarUrl,
            member.Role,
            row.GetText(6),
            member.JoinedAt
        );
    }
}
