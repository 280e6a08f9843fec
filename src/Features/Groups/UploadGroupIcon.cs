using Chatalot.Features.Pictures;
using Chatalot.Shared.Endpoints;

namespace Chatalot.Features.Groups;

/// <summary>POST /api/groups/{id}/icon: upload the icon. Group owner and admins.</summary>
internal sealed class UploadGroupIcon(GroupPictures pictures) : Endpoint<UploadGroupIcon.Command, GroupResponse>
{
    private static readonly PictureRules Icon = GroupPictures.Rules("icon");

    public sealed record Command(Guid Id);

    public override void Configure()
    {
        Post("/api/groups/{id}/icon");
        Summary("Upload a group's icon", 403, 404, 507);
        AllowFileUploads();
    }

    public override Task<GroupResponse> ExecuteAsync(Command command, CancellationToken ct) =>
        pictures.ReplaceAsync(HttpContext, command.Id, Icon, (group, address) => group with { IconUrl = address }, ct);
}
