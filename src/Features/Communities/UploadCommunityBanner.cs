using Chatalot.Features.Pictures;
using Chatalot.Shared.Endpoints;

namespace Chatalot.Features.Communities;

/// <summary>POST /api/communities/{cid}/banner: upload the banner. Admins and above.</summary>
internal sealed class UploadCommunityBanner(CommunityPictures pictures)
    : Endpoint<UploadCommunityBanner.Command, CommunityResponse>
{
    private static readonly PictureRules Banner = CommunityPictures.Rules("banner");

    public sealed record Command(Guid Cid);

    public override void Configure()
    {
        Post("/api/communities/{cid}/banner");
        Summary("Upload a community's banner", 403, 404, 507);
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
