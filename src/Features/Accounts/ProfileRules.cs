using Chatalot.Shared.Errors;

namespace Chatalot.Features.Accounts;

/// <summary>
/// What the parts of a profile must be (contract, auth-account.md 7.2). Lengths are in Unicode characters.
/// </summary>
public static class ProfileRules
{
    /// <summary>Why the cleaned display name is refused, or null. A name that nobody sees is none.</summary>
    public static Failure? CheckDisplayName(string displayName) =>
        DisplayText.Length(displayName) > 64 || !DisplayText.IsSeen(displayName)
            ? Failure.Validation("display name must be 1-64 characters")
            : null;
}
