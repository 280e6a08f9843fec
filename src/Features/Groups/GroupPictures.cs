using Chatalot.Features.Accounts;
using Chatalot.Features.Pictures;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Documents;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Chatalot.Features.Groups;

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
