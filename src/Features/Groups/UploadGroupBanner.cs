using Chatalot.Features.Pictures;
using Chatalot.Shared.Endpoints;

namespace Chatalot.Features.Groups;

/// <summary>POST /api/groups/{id}/banner: upload the banner. Group owner and admins.</summary>
internal sealed class UploadGroupBanner(GroupPictures pictures) : Endpoint<UploadGroupBanner.Command, GroupResponse>
{
    private static readonly PictureRules Banner = GroupPictures.Rules("banner");

    public sealed record Command(Guid Id);

    public override void Configure()
    {
        Post("/api/groups/{id}/banner");
        Summary("Upload a group's banner", 403, 404, 507);
        AllowFileUploads();
    }

    public override Task<GroupResponse> ExecuteAsync(Command command, CancellationToken ct) =>
        pictures.ReplaceAsync(
            HttpContext,
            command.Id,
            Banner,
            (group, address) => group with { BannerUrl = address },
            ct
        );
}
