namespace Chatalot.Features.Frames;

// Frames beyond the contract's 43: what clients would otherwise see after a reload only. Clients that do not know them
// ignore them.

/// <summary>A channel was created in a group; to those who may see it.</summary>
/// <param name="ChannelId">Which.</param>
/// <param name="GroupId">In which group.</param>
/// <param name="Name">Its name.</param>
/// <param name="ChannelType"><c>text</c>, <c>voice</c> or <c>gallery</c>.</param>
public sealed record ChannelCreatedFrame(Guid ChannelId, Guid GroupId, string Name, string ChannelType) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "channel_created";
}

/// <summary>A group was created; to those who may see it.</summary>
/// <param name="GroupId">Which.</param>
/// <param name="CommunityId">In which community.</param>
/// <param name="Name">Its name.</param>
/// <param name="Visibility"><c>public</c> or <c>private</c>.</param>
public sealed record GroupCreatedFrame(Guid GroupId, Guid CommunityId, string Name, string Visibility) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "group_created";
}

/// <summary>A community is gone with everything in it, or to this person; to those who were members.</summary>
/// <param name="CommunityId">Which.</param>
public sealed record CommunityDeletedFrame(Guid CommunityId) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "community_deleted";
}

/// <summary>Somebody joined; to the members of what was joined. One of the three ids is set.</summary>
/// <param name="CommunityId">A community, with its public groups.</param>
/// <param name="GroupId">A group, with its discoverable channels.</param>
/// <param name="ChannelId">A channel alone.</param>
/// <param name="UserId">Who.</param>
public sealed record MemberJoinedFrame(Guid? CommunityId, Guid? GroupId, Guid? ChannelId, Guid UserId) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "member_joined";
}

/// <summary>Somebody left or was removed; to the members of what was left. One of the three ids is set.</summary>
/// <param name="CommunityId">A community, with its groups and channels.</param>
/// <param name="GroupId">A group, with its channels.</param>
/// <param name="ChannelId">A channel alone.</param>
/// <param name="UserId">Who.</param>
public sealed record MemberLeftFrame(Guid? CommunityId, Guid? GroupId, Guid? ChannelId, Guid UserId) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "member_left";
}

/// <summary>Somebody has another role or nickname in a community; to its members.</summary>
/// <param name="CommunityId">Where.</param>
/// <param name="UserId">Who.</param>
/// <param name="Role"><c>owner</c>, <c>admin</c>, <c>moderator</c> or <c>member</c>.</param>
/// <param name="Nickname">Name in this community; null for none.</param>
public sealed record CommunityMemberUpdatedFrame(Guid CommunityId, Guid UserId, string Role, string? Nickname)
    : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "community_member_updated";
}

/// <summary>Somebody has another role in a group; to its members.</summary>
/// <param name="GroupId">Where.</param>
/// <param name="UserId">Who.</param>
/// <param name="Role"><c>owner</c>, <c>admin</c> or <c>member</c>.</param>
public sealed record GroupMemberUpdatedFrame(Guid GroupId, Guid UserId, string Role) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "group_member_updated";
}

/// <summary>Custom emoji were added or removed; to the community's members, who list them again.</summary>
/// <param name="CommunityId">Whose.</param>
public sealed record CommunityEmojisUpdatedFrame(Guid CommunityId) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "community_emojis_updated";
}

/// <summary>Somebody may write again; to the person concerned and the channel's moderators.</summary>
/// <param name="ChannelId">Where.</param>
/// <param name="UserId">Who.</param>
public sealed record TimeoutLiftedFrame(Guid ChannelId, Guid UserId) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "timeout_lifted";
}
