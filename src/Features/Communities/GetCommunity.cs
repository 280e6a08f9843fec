using Chatalot.Features.Accounts;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Communities;

/// <summary>GET /api/communities/{cid}: one community, for its members.</summary>
internal sealed class GetCommunity(CommunityGate communities, NpgsqlDataSource database)
    : Endpoint<GetCommunity.Query, CommunityResponse>
{
    public sealed record Query(Guid Cid);

    public override void Configure()
    {
        Get("/api/communities/{cid}");
        Summary("Get a community", 403, 404);
    }

    public override async Task<CommunityResponse> ExecuteAsync(Query query, CancellationToken ct)
    {
        await communities.RequireAsync(query.Cid, User.Id(), CommunityAction.View, ct);
        var community = await database.FirstAsync(
            $"""
            select {CommunityResponse.Columns}
            from mt_doc_community space
            left join community_sizes size on size.community_id = space.id
            where space.id = $1
            """,
            CommunityResponse.Read,
            ct,
            query.Cid
        );
        return community ?? throw CommunityGate.NotFound.AsException();
    }
}
