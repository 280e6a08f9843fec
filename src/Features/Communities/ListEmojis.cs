using Chatalot.Features.Accounts;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Communities;

/// <summary>GET /api/communities/{cid}/emojis: the community's custom emoji by shortcode. For its members.</summary>
internal sealed class ListEmojis(CommunityGate communities, NpgsqlDataSource database, SpacesOptions options)
    : Endpoint<ListEmojis.Query, IReadOnlyList<EmojiResponse>>
{
    public sealed record Query(Guid Cid);

    public override void Configure()
    {
        Get("/api/communities/{cid}/emojis");
        Summary("List a community's emoji", 403, 404);
    }

    public override async Task<IReadOnlyList<EmojiResponse>> ExecuteAsync(Query query, CancellationToken ct)
    {
        await communities.RequireAsync(query.Cid, User.Id(), CommunityAction.View, ct);
        var origin = EmojiResponse.Origin(HttpContext.Request, options);
        return await database.ListAsync(
            $"select {EmojiResponse.Columns} from custom_emojis where community_id = $1 order by shortcode limit 500",
            row => EmojiResponse.Read(row, origin),
            ct,
            query.Cid
        );
    }
}
