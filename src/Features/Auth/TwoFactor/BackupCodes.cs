using System.Security.Cryptography;

namespace Chatalot.Features.Auth.TwoFactor;

/// <summary>
/// Codes that stand in for an authenticator app, each once: 40 random bits, <c>XXXX-XXXX</c>. Stored keyed and hashed
/// slowly, because 40 bits alone are soon tried.
/// </summary>
internal static class BackupCodes
{
    /// <summary>Codes of a set.</summary>
    public const int Count = 8;

    private const string Alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    private const int Characters = 8;
    private const int Iterations = 50_000;
    private const int HashBytes = 32;

    /// <summary>A new set.</summary>
    public static IReadOnlyList<string> New() =>
        [.. Enumerable.Range(0, Count).Select(_ => Spaced(RandomNumberGenerator.GetString(Alphabet, Characters)))];

    /// <summary>
    /// The code in its one spelling, whatever its case, dashes and blanks; null when it cannot be a code.
    /// </summary>
    public static string? Normalise(string typed)
    {
        if (typed.Length > 2 * Characters)
            return null;
        var code = string.Concat(typed.Where(c => c != '-' && !char.IsWhiteSpace(c))).ToUpperInvariant();
        return code.Length == Characters && code.All(Alphabet.Contains) ? Spaced(code) : null;
    }

    /// <summary>What is stored of a code in its one spelling. Takes some ten milliseconds.</summary>
    public static byte[] Hash(SecondFactorKey key, Guid userId, string code) =>
        Rfc2898DeriveBytes.Pbkdf2(
            key.KeyedCode(userId, code),
            userId.ToByteArray(bigEndian: true),
            Iterations,
            HashAlgorithmName.SHA256,
            HashBytes
        );

    private static string Spaced(string code) => $"{code[..4]}-{code[4..]}";
}
