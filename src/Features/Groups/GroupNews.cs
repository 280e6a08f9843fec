using System.Text.Json.Nodes;
using Chatalot.Features.Frames;
using Chatalot.Features.Spaces;

namespace Chatalot.Features.Groups;

/// <summary>How changes of groups are told and recorded, whichever route made them.</summary>
internal static class GroupNews
{
    /// <summary>The group's settings as people are told.</summary>
    public static GroupUpdatedFrame ToFrame(this Group group) =>
        new(
            group.Id,
            group.Name,
            group.Description,
            group.IconUrl,
            group.BannerUrl,
            group.AccentColor,
            Word(group.Visibility)
        );

    /// <summary>An entry of the trail about a group.</summary>
    public static Act About(string action, Group group) =>
        new(action)
        {
            CommunityId = group.CommunityId,
            GroupId = group.Id,
            TargetId = group.AssignedMemberId,
            Facts = new JsonObject { ["group_name"] = group.Name },
        };

    /// <summary>The visibility as clients read it.</summary>
    public static string Word(GroupVisibility visibility) =>
        visibility is GroupVisibility.Public ? "public" : "private";
}
