using System.Text.Json.Serialization;
using Chatalot.Features.Accounts;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Json;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Moderation;

/// <summary>GET /api/communities/{cid}/bans: who is kept out, the newest 500. Moderators and above.</summary>
internal sealed class ListCommunityBans(CommunityGate communities, NpgsqlDataSource database)
    : Endpoint<ListCommunityBans.Query, IReadOnlyList<CommunityBanResponse>>
{
    public sealed record Query(Guid Cid);

    public override void Configure()
    {
        Get("/api/communities/{cid}/bans");
        Summary("List a community's bans", 403, 404);
    }

    public override async Task<IReadOnlyList<CommunityBanResponse>> ExecuteAsync(Query query, CancellationToken ct)
    {
        await communities.RequireAsync(query.Cid, User.Id(), CommunityAction.ManageBans, ct);
        return await database.ListAsync(
            """
            select account.id, account.data ->> 'username', account.data ->> 'display_name', ban.reason, ban.created_at
            from community_bans ban
            join mt_doc_user account on account.id = ban.user_id
            where ban.community_id = $1
            order by ban.created_at desc, account.id
            limit 500
            """,
            row => new CommunityBanResponse(
                row.GetGuid(0),
                row.GetString(1),
                row.GetString(2),
                row.GetText(3),
                row.GetDateTime(4)
            ),
            ct,
            query.Cid
        );
    }
}

/// <summary>Somebody who is kept out of a community.</summary>
/// <param name="UserId">The account.</param>
/// <param name="Username">Its unique name.</param>
/// <param name="DisplayName">Its name for people.</param>
/// <param name="Reason">Why, if one was given.</param>
/// <param name="CreatedAt">Since when; the one time of the contract that ends in <c>Z</c>.</param>
public sealed record CommunityBanResponse(
    Guid UserId,
    string Username,
    string DisplayName,
    string? Reason,
    [property: JsonConverter(typeof(ZuluTimeConverter))] DateTime CreatedAt
);
