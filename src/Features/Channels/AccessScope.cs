namespace Chatalot.Features.Channels;

/// <summary>Whose standing in which channels a change touched. A part that is null means all.</summary>
internal readonly record struct AccessScope(
    Guid? ChannelId = null,
    Guid? GroupId = null,
    Guid? CommunityId = null,
    Guid? UserId = null
)
{
    public bool Covers(ChannelState channel, Guid userId) =>
        (ChannelId is null || ChannelId == channel.Id)
        && (GroupId is null || GroupId == channel.GroupId)
        && (CommunityId is null || CommunityId == channel.CommunityId)
        && (UserId is null || UserId == userId);
}
