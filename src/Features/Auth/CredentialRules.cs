using System.Globalization;
using System.Text;
using Chatalot.Features.Accounts;
using Chatalot.Shared.Errors;

namespace Chatalot.Features.Auth;

/// <summary>
/// What usernames, email addresses and passwords must be, in the contract's order and words (auth-account.md 3.1).
/// Passwords are counted in Unicode characters, not bytes.
/// </summary>
public static class CredentialRules
{
    private const int MostPasswordCharacters = 128;

    /// <summary>Why the username is refused, or null.</summary>
    public static Failure? CheckUsername(string username)
    {
        if (Encoding.UTF8.GetByteCount(username) is < 3 or > 32)
            return Failure.Validation("username must be between 3 and 32 characters");
        if (!username.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.'))
            return Failure.Validation("username may only contain letters, numbers, underscores, hyphens, and dots");
        if (!char.IsAsciiLetterOrDigit(username[0]))
            return Failure.Validation("username must start with a letter or number");
        if (username[^1] == '.')
            return Failure.Validation("username must not end with a dot");
        return username.Contains("..", StringComparison.Ordinal)
            ? Failure.Validation("username must not contain consecutive dots")
            : null;
    }

    /// <summary>Why the email address is refused, or null.</summary>
    public static Failure? CheckEmail(string email)
    {
        if (Encoding.UTF8.GetByteCount(email) > 254)
            return Failure.Validation("email too long");
        var at = email.IndexOf('@', StringComparison.Ordinal);
        return at > 0 && at == email.LastIndexOf('@') && IsDomain(email.AsSpan(at + 1)) && !email.Any(IsUnseen)
            ? null
            : Failure.Validation("invalid email format");
    }

    /// <summary>Why the password is refused as a new one, or null.</summary>
    public static Failure? CheckPassword(string password)
    {
        if (DisplayText.Length(password) < 8)
            return Failure.Validation("password must be at least 8 characters");
        if (DisplayText.Length(password) > MostPasswordCharacters)
            return Failure.Validation("password must be at most 128 characters");
        if (!password.Any(char.IsAsciiLetterUpper))
            return Failure.Validation("password must contain at least one uppercase letter");
        if (!password.Any(char.IsAsciiLetterLower))
            return Failure.Validation("password must contain at least one lowercase letter");
        if (!password.Any(char.IsAsciiDigit))
            return Failure.Validation("password must contain at least one digit");
        return password.All(char.IsAsciiLetterOrDigit)
            ? Failure.Validation("password must contain at least one special character")
            : null;
    }

    private static bool IsDomain(ReadOnlySpan<char> domain) =>
        domain.Contains('.') && domain[0] != '.' && domain[^1] != '.';

    /// <summary>Characters that nobody sees make two addresses that look alike.</summary>
    private static bool IsUnseen(char c) =>
        char.IsWhiteSpace(c) || char.IsControl(c) || char.GetUnicodeCategory(c) is UnicodeCategory.Format;
}
