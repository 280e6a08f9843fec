using System.Text.Json.Serialization;

namespace Chatalot.Features.Accounts;

/// <summary>
/// What others see of a user (contract, auth-account.md 4). Which members are null and which are left out is part of
/// the contract: clients tell the two apart.
/// </summary>
public sealed record UserPublic
{
    /// <summary>The user's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The user's name.</summary>
    public required string Username { get; init; }

    /// <summary>The name to show.</summary>
    public required string DisplayName { get; init; }

    /// <summary>Path of the profile picture, or null.</summary>
    public required string? AvatarUrl { get; init; }

    /// <summary>Path of the banner, or null.</summary>
    public required string? BannerUrl { get; init; }

    /// <summary>Path of the picture behind the user in calls; left out when there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? VoiceBackgroundUrl { get; init; }

    /// <summary>Always <c>offline</c>: presence is told by the socket only.</summary>
    public string Status { get; } = "offline";

    /// <summary>The user's status line, or null.</summary>
    public required string? CustomStatus { get; init; }

    /// <summary>Left out when there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Bio { get; init; }

    /// <summary>Left out when there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Pronouns { get; init; }

    /// <summary>Administrates the instance.</summary>
    public required bool IsAdmin { get; init; }

    /// <summary>Owns the instance.</summary>
    public required bool IsOwner { get; init; }

    /// <summary>When the account was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>What others see of this user.</summary>
    public static UserPublic From(User user) =>
        new()
        {
            Id = user.Id,
            Username = user.Username,
            DisplayName = user.DisplayName,
            AvatarUrl = user.AvatarUrl,
            BannerUrl = user.BannerUrl,
            VoiceBackgroundUrl = user.VoiceBackgroundUrl,
            CustomStatus = user.CustomStatus,
            Bio = user.Bio,
            Pronouns = user.Pronouns,
            IsAdmin = user.IsAdmin,
            IsOwner = user.IsOwner,
            CreatedAt = user.CreatedAt,
        };
}
