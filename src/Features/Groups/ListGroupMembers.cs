using Chatalot.Features.Accounts;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Npgsql;

namespace Chatalot.Features.Groups;

/// <summary>GET /api/groups/{id}/members: owner, admins, members, the longest there first.</summary>
internal sealed class ListGroupMembers(GroupGate groups, NpgsqlDataSource database)
    : Endpoint<ListGroupMembers.Query, IReadOnlyList<MemberResponse>>
{
    public sealed record Query(Guid Id, int? Limit, int? Offset);

    public override void Configure()
    {
        Get("/api/groups/{id}/members");
        Summary("List a group's members", 403, 404);
    }

    public override async Task<IReadOnlyList<MemberResponse>> ExecuteAsync(Query query, CancellationToken ct)
    {
        await groups.RequireAsync(query.Id, User.Id(), GroupAction.View, ct);
        return await MemberPage
            .Of(query.Limit, query.Offset)
            .ReadAsync(
                database,
                "select user_id, role, joined_at from group_members where group_id = $5",
                extraColumn: "",
                MemberResponse.Read,
                User.Id(),
                ct,
                query.Id
            );
    }
}
