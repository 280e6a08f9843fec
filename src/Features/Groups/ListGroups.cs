using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Groups;

/// <summary>GET /api/groups: the groups that the caller is a member of, in every community, by name.</summary>
internal sealed class ListGroups(NpgsqlDataSource database) : EndpointWithoutRequest<IReadOnlyList<GroupResponse>>
{
    public override void Configure()
    {
        Get("/api/groups");
        Summary("List the caller's groups");
    }

    public override async Task<IReadOnlyList<GroupResponse>> ExecuteAsync(CancellationToken ct) =>
        await database.ListAsync(
            $"""
            select {GroupResponse.Columns}
            from group_members member
            join mt_doc_group space on space.id = member.group_id
            left join group_sizes size on size.group_id = space.id
            where member.user_id = $1
            order by space.name, space.id
            """,
            GroupResponse.Read,
            ct,
            User.Id()
        );
}
