using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Chatalot.Features.Auth.TwoFactor;

/// <summary>Codes of authenticator apps: RFC 6238 with HMAC-SHA-1, six digits and steps of 30 seconds.</summary>
internal static class Totp
{
    /// <summary>Length of a secret: that of the hash (RFC 4226, section 4).</summary>
    public const int SecretBytes = 20;

    /// <summary>Length of a code.</summary>
    public const int Digits = 6;

    private const int StepSeconds = 30;

    /// <summary>Clocks and thumbs are slow: the step before and the step after count as well.</summary>
    private const int Tolerance = 1;

    private const string Base32Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>A secret that nobody has yet.</summary>
    public static byte[] NewSecret() => RandomNumberGenerator.GetBytes(SecretBytes);

    /// <summary>The step in which a moment lies.</summary>
    public static long StepAt(DateTimeOffset moment) => moment.ToUnixTimeSeconds() / StepSeconds;

    /// <summary>The code of a step.</summary>
    [SuppressMessage(
        "Security",
        "CA5350:Do Not Use Weak Cryptographic Algorithms",
        Justification = "What apps speak (RFC 6238); as a MAC, SHA-1 is not broken."
    )]
    public static string CodeOf(ReadOnlySpan<byte> secret, long step)
    {
        Span<byte> counter = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> mac = stackalloc byte[HMACSHA1.HashSizeInBytes];
        HMACSHA1.HashData(secret, counter, mac);
        var truncated = BinaryPrimitives.ReadInt32BigEndian(mac[(mac[^1] & 0xf)..]) & int.MaxValue;
        return (truncated % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// The step that a code belongs to and that is later than the last one used; null when there is none.
    /// </summary>
    public static long? FindStep(ReadOnlySpan<byte> secret, string code, DateTimeOffset now, long lastStep)
    {
        var typed = Encoding.UTF8.GetBytes(code);
        var current = StepAt(now);
        long? found = null;
        for (var step = current - Tolerance; step <= current + Tolerance; step++)
        {
            var isCode = CryptographicOperations.FixedTimeEquals(typed, Encoding.ASCII.GetBytes(CodeOf(secret, step)));
            if (isCode && step > lastStep)
                found ??= step;
        }
        return found;
    }

    /// <summary>What authenticator apps read, as text or as a picture.</summary>
    public static string Uri(string username, ReadOnlySpan<byte> secret) =>
        $"otpauth://totp/Chatalot:{System.Uri.EscapeDataString(username)}?secret={Base32(secret)}&issuer=Chatalot";

    /// <summary>RFC 4648 without padding, for people who type the secret.</summary>
    public static string Base32(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        var (held, bits) = (0, 0);
        foreach (var value in bytes)
        {
            held = (held << 8) | value;
            for (bits += 8; bits >= 5; bits -= 5)
                text.Append(Base32Alphabet[(held >> (bits - 5)) & 31]);
            held &= 31;
        }
        if (bits > 0)
            text.Append(Base32Alphabet[(held << (5 - bits)) & 31]);
        return text.ToString();
    }
}
