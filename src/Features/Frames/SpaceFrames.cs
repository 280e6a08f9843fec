using System.Text.Json.Serialization;

namespace Chatalot.Features.Frames;

/// <summary>A direct channel exists; to the recipient, before the first <see cref="NewMessageFrame"/> in it.</summary>
/// <param name="ChannelId">The direct channel.</param>
/// <param name="ChannelName">Null: direct channels have no name.</param>
/// <param name="CreatedAt">When it was opened.</param>
/// <param name="OtherUserId">The sender of that message.</param>
/// <param name="OtherUserUsername">Login name.</param>
/// <param name="OtherUserDisplayName">Shown name.</param>
/// <param name="OtherUserAvatarUrl">Picture.</param>
public sealed record NewDmChannelFrame(
    Guid ChannelId,
    string? ChannelName,
    DateTimeOffset CreatedAt,
    Guid OtherUserId,
    string OtherUserUsername,
    string? OtherUserDisplayName,
    string? OtherUserAvatarUrl
) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "new_dm_channel";
}

/// <summary>A channel's settings changed; to the subscribers.</summary>
/// <param name="ChannelId">Which.</param>
/// <param name="Name">Null for direct channels.</param>
/// <param name="Topic">Topic.</param>
/// <param name="ReadOnly">Only moderators and above may post.</param>
/// <param name="SlowModeSeconds">Seconds between two posts of one member; 0 is off.</param>
/// <param name="Archived">Nobody may post.</param>
/// <param name="VoiceBackground">Picture behind the call.</param>
public sealed record ChannelUpdatedFrame(
    Guid ChannelId,
    string? Name,
    string? Topic,
    bool ReadOnly,
    int SlowModeSeconds,
    bool Archived,
    string? VoiceBackground
) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "channel_updated";
}

/// <summary>A group's settings changed; to those members of the community who may see it.</summary>
/// <param name="GroupId">Which.</param>
/// <param name="Name">Name.</param>
/// <param name="Description">Description.</param>
/// <param name="IconUrl">Picture.</param>
/// <param name="BannerUrl">Wide picture.</param>
/// <param name="AccentColor">Colour.</param>
/// <param name="Visibility"><c>public</c> or <c>private</c>.</param>
public sealed record GroupUpdatedFrame(
    Guid GroupId,
    string Name,
    string? Description,
    string? IconUrl,
    string? BannerUrl,
    string? AccentColor,
    string Visibility
) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "group_updated";
}

/// <summary>A community's settings changed; to its members.</summary>
/// <param name="CommunityId">Which.</param>
/// <param name="Name">Name.</param>
/// <param name="Description">Description.</param>
/// <param name="IconUrl">Picture.</param>
/// <param name="BannerUrl">Wide picture.</param>
/// <param name="CommunityTheme">Theme variables by name.</param>
/// <param name="WelcomeMessage">Text for newcomers.</param>
public sealed record CommunityUpdatedFrame(
    Guid CommunityId,
    string Name,
    string? Description,
    string? IconUrl,
    string? BannerUrl,
    IReadOnlyDictionary<string, string>? CommunityTheme,
    string? WelcomeMessage
) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "community_updated";
}

/// <summary>A channel is gone; to those members of the community who could see it.</summary>
/// <param name="ChannelId">Which.</param>
public sealed record ChannelDeletedFrame(Guid ChannelId) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "channel_deleted";
}

/// <summary>A group and its channels are gone; to those members of the community who could see it.</summary>
/// <param name="GroupId">Which.</param>
public sealed record GroupDeletedFrame(Guid GroupId) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "group_deleted";
}

/// <summary>Somebody reported something; to the operators who are there. Its words are in their list.</summary>
/// <param name="ReportId">Which.</param>
/// <param name="ReportType"><c>message</c>, <c>user</c> or <c>file</c>.</param>
/// <param name="TargetId">What is reported.</param>
/// <param name="CreatedAt">When.</param>
public sealed record ReportCreatedFrame(Guid ReportId, string ReportType, Guid TargetId, DateTimeOffset CreatedAt)
    : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "report_created";
}

/// <summary>Operators changed settings of the instance; to every authenticated connection.</summary>
/// <param name="MaxMessagesCache">Messages that a client keeps for each channel.</param>
/// <param name="MaxPinsPerChannel">Pinned messages of a channel.</param>
/// <param name="E2eEnabled">Whether clients encrypt end to end.</param>
public sealed record SettingsUpdatedFrame(
    int MaxMessagesCache,
    int MaxPinsPerChannel,
    [property: JsonPropertyName("e2e_enabled")] bool E2eEnabled
) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "settings_updated";
}

/// <summary>News of the instance's administrators; to every authenticated connection.</summary>
/// <param name="Id">Which.</param>
/// <param name="Title">Title.</param>
/// <param name="Body">Text.</param>
/// <param name="CreatedBy">Who wrote it.</param>
/// <param name="CreatedAt">When.</param>
public sealed record AnnouncementFrame(Guid Id, string Title, string Body, Guid CreatedBy, DateTimeOffset CreatedAt)
    : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "announcement";
}
