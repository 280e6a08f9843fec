using Chatalot.Features.Accounts;
using Chatalot.Features.Pictures;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Chatalot.Features.Communities;

/// <summary>POST /api/communities/{cid}/icon: upload the icon. Admins and above.</summary>
internal sealed class UploadCommunityIcon(CommunityPictures pictures)
    : Endpoint<UploadCommunityIcon.Command, CommunityResponse>
{
    private static readonly PictureRules Icon = CommunityPictures.Rules("icon");

    public sealed record Command(Guid Cid);

    public override void Configure()
    {
        Post("/api/communities/{cid}/icon");
        Summary("Upload a community's icon", 403, 404);
        AllowFileUploads();
    }

    public override Task<CommunityResponse> ExecuteAsync(Command command, CancellationToken ct) =>
        pictures.ReplaceAsync(
            HttpContext,
            command.Cid,
            Icon,
            (community, address) => community with { IconUrl = address },
            ct
        );
}

/// <summary>POST /api/communities/{cid}/banner: upload the banner. Admins and above.</summary>
internal sealed class UploadCommunityBanner(CommunityPictures pictures)
    : Endpoint<UploadCommunityBanner.Command, CommunityResponse>
{
    private static readonly PictureRules Banner = CommunityPictures.Rules("banner");

    public sealed record Command(Guid Cid);

    public override void Configure()
    {
        Post("/api/communities/{cid}/banner");
        Summary("Upload a community's banner", 403, 404);
        AllowFileUploads();
    }

    public override Task<CommunityResponse> ExecuteAsync(Command command, CancellationToken ct) =>
        pictures.ReplaceAsync(
            HttpContext,
            command.Cid,
            Banner,
            (community, address) => community with { BannerUrl = address },
            ct
        );
}

/// <summary>GET /api/community-assets/{filename}: an icon or banner, for everybody who has its address.</summary>
internal sealed class GetCommunityAsset(PictureStore pictures) : Endpoint<GetCommunityAsset.Query, IResult>
{
    public sealed record Query(string Filename);

    public override void Configure()
    {
        Get("/api/community-assets/{filename}");
        AllowAnonymous();
        Summary("Get a community's icon or banner", 404);
    }

    public override Task<IResult> ExecuteAsync(Query query, CancellationToken ct) =>
        pictures.ServeAsync(
            PictureFolder.CommunityAssets,
            query.Filename,
            "asset not found",
            ct,
            "public, max-age=3600"
        );
}

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
