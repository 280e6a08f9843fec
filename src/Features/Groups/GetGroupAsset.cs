using Chatalot.Features.Pictures;
using Chatalot.Shared.Endpoints;
using Microsoft.AspNetCore.Http;

namespace Chatalot.Features.Groups;

/// <summary>
/// GET /api/group-assets/{filename}: an icon, banner or voice background, for everybody who has its address.
/// </summary>
internal sealed class GetGroupAsset(PictureStore pictures) : Endpoint<GetGroupAsset.Query, IResult>
{
    public sealed record Query(string Filename);

    public override void Configure()
    {
        Get("/api/group-assets/{filename}");
        AllowAnonymous();
        Summary("Get a group's picture", 404);
    }

    public override Task<IResult> ExecuteAsync(Query query, CancellationToken ct) =>
        pictures.ServeAsync(PictureFolder.GroupAssets, query.Filename, "asset not found", ct, "public, max-age=3600");
}
