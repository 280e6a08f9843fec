using Chatalot.Features.Accounts;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Groups;

/// <summary>
/// GET /api/communities/{cid}/groups: the groups of one community that the caller is a member of, by name.
/// </summary>
internal sealed class ListCommunityGroups(CommunityGate communities, NpgsqlDataSource database)
    : Endpoint<ListCommunityGroups.Query, IReadOnlyList<GroupResponse>>
{
    public sealed record Query(Guid Cid);

    public override void Configure()
    {
        Get("/api/communities/{cid}/groups");
        Summary("List the caller's groups in a community", 403, 404);
    }

    public override async Task<IReadOnlyList<GroupResponse>> ExecuteAsync(Query query, CancellationToken ct)
    {
        await communities.RequireAsync(query.Cid, User.Id(), CommunityAction.View, ct);
        return await database.ListAsync(
            $"""
            select {GroupResponse.Columns}
            from mt_doc_group space
            join group_members member on member.group_id = space.id and member.user_id = $2
            left join group_sizes size on size.group_id = space.id
            where space.community_id = $1
            order by space.name, space.id
            """,
            GroupResponse.Read,
            ct,
            query.Cid,
            User.Id()
        );
    }
}
