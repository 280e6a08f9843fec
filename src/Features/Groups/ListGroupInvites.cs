using Chatalot.Features.Accounts;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Groups;

/// <summary>
/// GET /api/groups/{id}/invites: the newest 100, spent and expired ones included. Group owner and admins.
/// </summary>
internal sealed class ListGroupInvites(GroupGate groups, NpgsqlDataSource database)
    : Endpoint<ListGroupInvites.Query, IReadOnlyList<GroupInviteResponse>>
{
    public sealed record Query(Guid Id);

    public override void Configure()
    {
        Get("/api/groups/{id}/invites");
        Summary("List a group's invites", 403, 404);
    }

    public override async Task<IReadOnlyList<GroupInviteResponse>> ExecuteAsync(Query query, CancellationToken ct)
    {
        await groups.RequireAsync(query.Id, User.Id(), GroupAction.ManageInvites, ct);
        return await database.ListAsync(
            $"""
            select {GroupInviteResponse.Columns}
            from group_invites
            where group_id = $1
            order by created_at desc, id desc
            limit 100
            """,
            GroupInviteResponse.Read,
            ct,
            query.Id
        );
    }
}
