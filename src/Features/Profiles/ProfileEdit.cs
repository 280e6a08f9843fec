using Chatalot.Features.Accounts;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Json;

namespace Chatalot.Features.Profiles;

/// <summary>
/// What is to change of a profile (contract, auth-account.md 7.2). Left out: unchanged. An empty text clears, and so
/// does null, save for the display name, which always is, and pictures, where null means nothing.
/// </summary>
/// <param name="DisplayName">1 to 64 characters.</param>
/// <param name="AvatarUrl">The caller's own picture as it is, or empty to remove it.</param>
/// <param name="BannerUrl">Likewise.</param>
/// <param name="CustomStatus">At most 128 characters on one line.</param>
/// <param name="Bio">At most 500 characters.</param>
/// <param name="Pronouns">At most 50 characters on one line.</param>
public sealed record ProfileEdit(
    string? DisplayName,
    string? AvatarUrl,
    string? BannerUrl,
    Optional<string> CustomStatus,
    Optional<string> Bio,
    Optional<string> Pronouns
)
{
    private const int LongestAddress = 2048;

    /// <summary>The user after the change, or why it is refused. A change of nothing gives an equal user.</summary>
    public (User User, Failure? Refusal) ApplyTo(User user)
    {
        var displayName = DisplayName is null ? user.DisplayName : DisplayText.Clean(DisplayName);
        var status = Text(CustomStatus, user.CustomStatus);
        var bio = Text(Bio, user.Bio, keepLines: true);
        var pronouns = Text(Pronouns, user.Pronouns);
        var refusal =
            (DisplayName is null ? null : ProfileRules.CheckDisplayName(displayName))
            ?? CheckLength(status, 128, "custom status must be at most 128 characters")
            ?? CheckLength(bio, 500, "bio must be at most 500 characters")
            ?? CheckLength(pronouns, 50, "pronouns must be at most 50 characters")
            ?? CheckPicture("avatar", AvatarUrl, user.AvatarUrl)
            ?? CheckPicture("banner", BannerUrl, user.BannerUrl);
        if (refusal is not null)
            return (user, refusal);
        var changed = user with
        {
            DisplayName = displayName,
            CustomStatus = status,
            Bio = bio,
            Pronouns = pronouns,
            AvatarUrl = AvatarUrl is "" ? null : user.AvatarUrl,
            BannerUrl = BannerUrl is "" ? null : user.BannerUrl,
        };
        return (changed, null);
    }

    private static string? Text(Optional<string> sent, string? stored, bool keepLines = false)
    {
        if (!sent.IsPresent)
            return stored;
        return sent.TryGet(out var text) && DisplayText.Clean(text, keepLines) is { Length: > 0 } clean ? clean : null;
    }

    private static Failure? CheckLength(string? text, int most, string message) =>
        text is not null && DisplayText.Length(text) > most ? Failure.Validation(message) : null;

    /// <summary>A picture that somebody else serves would tell a stranger who looks at the profile.</summary>
    private static Failure? CheckPicture(string word, string? sent, string? stored)
    {
        if (sent is null or "" || sent == stored)
            return null;
        if (sent.Length > LongestAddress)
            return Failure.Validation($"{word} URL must be at most 2048 characters");
        return
            sent.StartsWith("http://", StringComparison.Ordinal)
            || sent.StartsWith("https://", StringComparison.Ordinal)
            || sent.StartsWith("/api/", StringComparison.Ordinal)
            ? Failure.Validation($"{word} URL must be your own uploaded picture")
            : Failure.Validation($"{word} URL must be an HTTP(S) URL or /api/ path");
    }
}
