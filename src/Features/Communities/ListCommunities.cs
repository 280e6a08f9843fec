using Chatalot.Features.Accounts;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Communities;

/// <summary>GET /api/communities: the communities that the caller is a member of, by name.</summary>
internal sealed class ListCommunities(NpgsqlDataSource database)
    : Endpoint<ListCommunities.Query, IReadOnlyList<CommunityResponse>>
{
    public sealed record Query(int? Limit, int? Offset);

    public override void Configure()
    {
        Get("/api/communities");
        Summary("List the caller's communities");
    }

    public override async Task<IReadOnlyList<CommunityResponse>> ExecuteAsync(Query query, CancellationToken ct)
    {
        var page = Page.Of(query.Limit, query.Offset, limitByDefault: 100);
        return await database.ListAsync(
            $"""
            select {CommunityResponse.Columns}
            from community_members member
            join mt_doc_community space on space.id = member.community_id
            left join community_sizes size on size.community_id = space.id
            where member.user_id = $1
            order by space.name, space.id
            limit $2 offset $3
            """,
            CommunityResponse.Read,
            ct,
            User.Id(),
            page.Limit,
            page.Offset
        );
    }
}
