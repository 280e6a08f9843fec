namespace Chatalot.Features.Frames;

/// <summary>Somebody was removed from a channel; to the subscribers and to the person concerned.</summary>
/// <param name="ChannelId">Where.</param>
/// <param name="UserId">Who was removed.</param>
/// <param name="KickedBy">By whom.</param>
public sealed record MemberKickedFrame(Guid ChannelId, Guid UserId, Guid KickedBy) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "member_kicked";
}

/// <summary>Somebody was banned from a channel; to the subscribers and to the person concerned.</summary>
/// <param name="ChannelId">Where.</param>
/// <param name="UserId">Who was banned.</param>
/// <param name="BannedBy">By whom.</param>
public sealed record MemberBannedFrame(Guid ChannelId, Guid UserId, Guid BannedBy) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "member_banned";
}

/// <summary>Somebody has another role in a channel; to the subscribers.</summary>
/// <param name="ChannelId">Where.</param>
/// <param name="UserId">Who.</param>
/// <param name="Role"><c>owner</c>, <c>admin</c>, <c>moderator</c> or <c>member</c>.</param>
public sealed record MemberRoleUpdatedFrame(Guid ChannelId, Guid UserId, string Role) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "member_role_updated";
}

/// <summary>Somebody may not write for a while; to the person concerned and the channel's moderators.</summary>
/// <param name="ChannelId">Where.</param>
/// <param name="UserId">Who.</param>
/// <param name="ExpiresAt">Until when.</param>
/// <param name="Reason">Why, if one was given.</param>
public sealed record UserTimedOutFrame(Guid ChannelId, Guid UserId, DateTimeOffset ExpiresAt, string? Reason)
    : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "user_timed_out";
}

/// <summary>Somebody was warned; to the person concerned and the channel's moderators.</summary>
/// <param name="ChannelId">Where.</param>
/// <param name="UserId">Who.</param>
/// <param name="Reason">Why.</param>
/// <param name="WarningCount">How many warnings the user has there now.</param>
public sealed record UserWarnedFrame(Guid ChannelId, Guid UserId, string Reason, int WarningCount) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "user_warned";
}

/// <summary>
/// Somebody changed the profile; to everyone who shares a community or a direct channel, and to the user's own
/// connections.
/// </summary>
/// <param name="UserId">Who.</param>
/// <param name="DisplayName">Shown name.</param>
/// <param name="AvatarUrl">Picture.</param>
/// <param name="BannerUrl">Wide picture.</param>
/// <param name="VoiceBackgroundUrl">Picture behind the user in calls.</param>
/// <param name="CustomStatus">Status text.</param>
/// <param name="Bio">About the user.</param>
/// <param name="Pronouns">Pronouns.</param>
public sealed record UserProfileUpdatedFrame(
    Guid UserId,
    string DisplayName,
    string? AvatarUrl,
    string? BannerUrl,
    string? VoiceBackgroundUrl,
    string? CustomStatus,
    string? Bio,
    string? Pronouns
) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "user_profile_updated";
}
