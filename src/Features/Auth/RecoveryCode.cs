using System.Security.Cryptography;
using System.Text;

namespace Chatalot.Features.Auth;

/// <summary>Answer to everything that makes a new recovery code.</summary>
/// <param name="RecoveryCode">Shown once.</param>
internal sealed record RecoveryCodeResponse(string RecoveryCode);

/// <summary>
/// The code that gives an account back to who lost the password: 80 random bits, four groups of four.
/// </summary>
internal static class RecoveryCode
{
    /// <summary>Characters of a code, dashes included.</summary>
    public const int Length = 19;

    private const string Alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    /// <summary>A new code, for example <c>K7QM-2WXA-PB4T-9HJR</c>.</summary>
    public static string New() =>
        string.Join('-', Enumerable.Range(0, 4).Select(_ => RandomNumberGenerator.GetString(Alphabet, 4)));

    /// <summary>What is stored of it: lower-case hex SHA-256 of the text. 80 random bits need no slow hash.</summary>
    public static string Hash(string code) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(code)));

    /// <summary>Whether the code is the one that was stored.</summary>
    public static bool IsRight(string code, string? storedHash) =>
        storedHash is not null
        && CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(Hash(code)),
            Encoding.ASCII.GetBytes(storedHash)
        );
}
