using Chatalot.Features.Pictures;
using Chatalot.Shared.Endpoints;
using Microsoft.AspNetCore.Http;

namespace Chatalot.Features.Communities;

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
