using Chatalot.Features.Accounts;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Communities;

/// <summary>
/// GET /api/communities/{cid}/invites: the newest 200, spent and expired ones included. Those who may make invites but
/// not manage them see their own.
/// </summary>
internal sealed class ListCommunityInvites(CommunityGate communities, NpgsqlDataSource database)
    : Endpoint<ListCommunityInvites.Query, IReadOnlyList<CommunityInviteResponse>>
{
    public sealed record Query(Guid Cid);

    public override void Configure()
    {
        Get("/api/communities/{cid}/invites");
        Summary("List a community's invites", 403, 404);
    }

    public override async Task<IReadOnlyList<CommunityInviteResponse>> ExecuteAsync(Query query, CancellationToken ct)
    {
        var standing = await communities.RequireAsync(query.Cid, User.Id(), CommunityAction.View, ct);
        var seesAll = PermissionMatrix.Allows(CommunityAction.ManageInvites, standing.Level);
        if (!seesAll && !standing.WhoCanCreateInvites.IsSatisfiedBy(standing.Level))
            throw Failure.Forbidden.AsException();
        return await database.ListAsync(
            $"""
            select {CommunityInviteResponse.Columns}
            from community_invites
            where community_id = $1 and ($2 or created_by = $3)
            order by created_at desc, id desc
            limit 200
            """,
            CommunityInviteResponse.Read,
            ct,
            query.Cid,
            seesAll,
            User.Id()
        );
    }
}
