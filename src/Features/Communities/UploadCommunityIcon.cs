using Chatalot.Features.Pictures;
using Chatalot.Shared.Endpoints;

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
        Summary("Upload a community's icon", 403, 404, 507);
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
