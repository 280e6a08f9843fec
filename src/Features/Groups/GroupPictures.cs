using Chatalot.Features.Accounts;
using Chatalot.Features.Pictures;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Chatalot.Features.Groups;

/// <summary>POST /api/groups/{id}/icon: upload the icon. Group owner and admins.</summary>
internal sealed class UploadGroupIcon(GroupPictures pictures) : Endpoint<UploadGroupIcon.Command, GroupResponse>
{
    private static readonly PictureRules Icon = GroupPictures.Rules("icon");

    public sealed record Command(Guid Id);

    public override void Configure()
    {
        Post("/api/groups/{id}/icon");
        Summary("Upload a group's icon", 403, 404);
        AllowFileUploads();
    }

    public override Task<GroupResponse> ExecuteAsync(Command command, CancellationToken ct) =>
        pictures.ReplaceAsync(HttpContext, command.Id, Icon, (group, address) => group with { IconUrl = address }, ct);
}

/// <summary>POST /api/groups/{id}/banner: upload the banner. Group owner and admins.</summary>
internal sealed class UploadGroupBanner(GroupPictures pictures) : Endpoint<UploadGroupBanner.Command, GroupResponse>
{
    private static readonly PictureRules Banner = GroupPictures.Rules("banner");

    public sealed record Command(Guid Id);

    public override void Configure()
    {
        Post("/api/groups/{id}/banner");
        Summary("Upload a group's banner", 403, 404);
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

/// <summary>Replaces pictures of groups: the new one is stored, then pointed at, then the old one goes.</summary>
internal sealed class GroupPictures(
    GroupGate groups,
    PictureStore pictures,
    IDocumentStore documents,
    NpgsqlDataSource database,
    SpaceNews news,
    TimeProvider clock
)
{
    /// <summary>What a picture of a group or of one of its channels must be.</summary>
    public static PictureRules Rules(string field) =>
        new()
        {
            Folder = PictureFolder.GroupAssets,
            Field = field,
            TooLarge = "file too large (max 10MB)",
            InvalidType = "invalid image type (allowed: png, jpeg, webp, gif)",
        };

    /// <summary>
    /// Reads the caller's upload, stores it as one of the group's pictures and tells those who may know.
    /// </summary>
    public async Task<GroupResponse> ReplaceAsync(
        HttpContext request,
        Guid groupId,
        PictureRules rules,
        Func<Group, string, Group> replace,
        CancellationToken ct
    )
    {
        await groups.RequireAsync(groupId, request.User.Id(), GroupAction.EditSettings, ct);
        var now = clock.GetUtcNow();
        var updated = await pictures.ReplaceAsync(
            request.Request,
            rules,
            groupId,
            now,
            async address =>
            {
                IReadOnlyList<string?> before = [];
                var edited = await documents.EditAsync<Group>(
                    groupId,
                    group =>
                    {
                        before = group.Pictures;
                        return replace(group, address) with { UpdatedAt = now };
                    },
                    GroupGate.NotFound,
                    ct,
                    (unit, group) => GroupNews.About("group_updated", group).Queue(unit, request, now)
                );
                return (edited, before, edited.Pictures);
            },
            ct
        );

        // It is stored: people are told also when the caller has hung up.
        await using var connection = await database.OpenConnectionAsync(CancellationToken.None);
        var audience = await Audience.OfGroupAsync(connection, groupId, CancellationToken.None);
        var members = await Audience.OfGroupMembersAsync(connection, groupId, CancellationToken.None);
        news.TellPeople(audience, updated.ToFrame());
        return GroupResponse.From(updated, members.Count);
    }
}
