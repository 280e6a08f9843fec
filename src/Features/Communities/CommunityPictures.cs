using Chatalot.Features.Accounts;
using Chatalot.Features.Pictures;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Documents;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Chatalot.Features.Communities;

/// <summary>Replaces pictures of communities: the new one is stored, then pointed at, then the old one goes.</summary>
internal sealed class CommunityPictures(
    CommunityGate communities,
    PictureStore pictures,
    IDocumentStore documents,
    NpgsqlDataSource database,
    SpaceNews news,
    TimeProvider clock
)
{
    /// <summary>What an icon or banner must be.</summary>
    public static PictureRules Rules(string field) =>
        new()
        {
            Folder = PictureFolder.CommunityAssets,
            Field = field,
            TooLarge = "file too large (max 10 MB)",
        };

    /// <summary>
    /// Reads the caller's upload, stores it as one of the community's pictures and tells the members.
    /// </summary>
    public async Task<CommunityResponse> ReplaceAsync(
        HttpContext request,
        Guid communityId,
        PictureRules rules,
        Func<Community, string, Community> replace,
        CancellationToken ct
    )
    {
        await communities.RequireAsync(communityId, request.User.Id(), CommunityAction.EditSettings, ct);
        var now = clock.GetUtcNow();
        var updated = await pictures.ReplaceAsync(
            request.Request,
            rules,
            communityId,
            now,
            async address =>
            {
                IReadOnlyList<string?> before = [];
                var edited = await documents.EditAsync<Community>(
                    communityId,
                    community =>
                    {
                        before = community.Pictures;
                        return replace(community, address) with { UpdatedAt = now };
                    },
                    CommunityGate.NotFound,
                    ct,
                    (unit, _) => new Act("community_updated") { CommunityId = communityId }.Queue(unit, request, now)
                );
                return (edited, before, edited.Pictures);
            },
            ct
        );

        // It is stored: people are told also when the caller has hung up.
        await using var connection = await database.OpenConnectionAsync(CancellationToken.None);
        var members = await Audience.OfCommunityAsync(connection, communityId, CancellationToken.None);
        news.TellPeople(members, updated.ToFrame());
        return CommunityResponse.From(updated, members.Count);
    }
}
