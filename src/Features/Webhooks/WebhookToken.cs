using System.Security.Cryptography;
using System.Text;

namespace Chatalot.Features.Webhooks;

/// <summary>The secret in a webhook's address: 64 letters and digits, shown once and stored as a hash.</summary>
internal static class WebhookToken
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private const int Length = 64;

    public static string Create() => RandomNumberGenerator.GetString(Alphabet, Length);

    /// <summary>The token of a secret that is as good as random.</summary>
    public static string From(ReadOnlySpan<byte> secret)
    {
        Span<byte> stream = stackalloc byte[Length * 4];
        HKDF.Expand(HashAlgorithmName.SHA512, secret, stream, []);
        Span<char> token = stackalloc char[Length];
        var filled = 0;
        // Larger values would make some letters likelier than others.
        foreach (var value in stream)
            if (filled < Length && value < 256 / Alphabet.Length * Alphabet.Length)
                token[filled++] = Alphabet[value % Alphabet.Length];
        return new string(token[..filled]);
    }

    /// <summary>What is stored of a token. It is random and long, so a plain hash cannot be turned back.</summary>
    public static byte[] Hash(string token) => SHA256.HashData(Encoding.ASCII.GetBytes(token));

    /// <summary>False for texts that cannot be a token: no query is spent on them.</summary>
    public static bool IsWellFormed(string text) => text.Length == Length && text.All(char.IsAsciiLetterOrDigit);
}
