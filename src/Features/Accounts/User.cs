namespace Chatalot.Features.Accounts;

/// <summary>An account: who somebody is, how they show themselves and what they may do on this instance.</summary>
public sealed record User
{
    /// <summary>Version 7, so that it also says when the account was made.</summary>
    public required Guid Id { get; init; }

    /// <summary>As typed at registration; never changes.</summary>
    public required string Username { get; init; }

    /// <summary>The username as it is compared: names that differ only in case are the same.</summary>
    public string UsernameKey => NameKey.Of(Username);

    /// <summary>As typed at registration; never shown to other users, never verified.</summary>
    public required string Email { get; init; }

    /// <summary>The email address as it is compared.</summary>
    public string EmailKey => NameKey.Of(Email);

    /// <summary>Shown to others; 1 to 64 characters.</summary>
    public required string DisplayName { get; init; }

    /// <summary>Argon2id PHC string.</summary>
    public required string PasswordHash { get; init; }

    /// <summary>Lower-case hex SHA-256 of the recovery code with its dashes.</summary>
    public string? RecoveryCodeHash { get; init; }

    /// <summary>Path of the profile picture.</summary>
    public string? AvatarUrl { get; init; }

    /// <summary>Path of the picture behind the profile.</summary>
    public string? BannerUrl { get; init; }

    /// <summary>Path of the picture behind the user in calls.</summary>
    public string? VoiceBackgroundUrl { get; init; }

    /// <summary>A line of at most 128 characters.</summary>
    public string? CustomStatus { get; init; }

    /// <summary>A text of at most 500 characters.</summary>
    public string? Bio { get; init; }

    /// <summary>At most 50 characters.</summary>
    public string? Pronouns { get; init; }

    /// <summary>Administrates the instance.</summary>
    public bool IsAdmin { get; init; }

    /// <summary>Owns the instance; at most one account does (enforced by the database).</summary>
    public bool IsOwner { get; init; }

    /// <summary>Since when the account may not be used; null: it may.</summary>
    public DateTimeOffset? SuspendedAt { get; init; }

    /// <summary>Why it may not, for admins.</summary>
    public string? SuspendedReason { get; init; }

    /// <summary>Part of every access token; raising it ends all tokens issued before.</summary>
    public int TokenVersion { get; init; }

    /// <summary>When the account was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the account last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>How usernames and email addresses are compared: those that differ only in case are the same.</summary>
public static class NameKey
{
    /// <summary>Equal for texts that are the same name.</summary>
    public static string Of(string text) => text.ToLowerInvariant();
}
