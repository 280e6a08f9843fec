using Chatalot.Features.Accounts;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Groups;

/// <summary>GET /api/groups/{id}: one group, for those with a role in it.</summary>
internal sealed class GetGroup(GroupGate groups, NpgsqlDataSource database) : Endpoint<GetGroup.Query, GroupResponse>
{
    public sealed record Query(Guid Id);

    public override void Configure()
    {
        Get("/api/groups/{id}");
        Summary("Get a group", 403, 404);
    }

    public override async Task<GroupResponse> ExecuteAsync(Query query, CancellationToken ct)
    {
        await groups.RequireAsync(query.Id, User.Id(), GroupAction.View, ct);
        var group = await database.FirstAsync(
            $"""
            select {GroupResponse.Columns}
            from mt_doc_group space
            left join group_sizes size on size.group_id = space.id
            where space.id = $1
            """,
            GroupResponse.Read,
            ct,
            query.Id
        );
        return group ?? throw GroupGate.NotFound.AsException();
    }
}
