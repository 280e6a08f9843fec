using System.Security.Cryptography;
using System.Text;

namespace Chatalot.Features.Auth.TwoFactor;

/// <summary>
/// Seals the secrets of authenticator apps, and makes a stolen table of backup codes worth nothing. The key is the
/// SHA-256 of the configured text, as existing installations have it. Never logged.
/// </summary>
public sealed class SecondFactorKey
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const byte Version = 1;

    /// <summary>
    /// Nonce, secret and tag without a version, as sealed by existing installations; bound to nobody.
    /// </summary>
    private const int FirstFormatBytes = NonceBytes + Totp.SecretBytes + TagBytes;

    private readonly byte[] key;
    private readonly byte[] backupCodeKey;

    /// <summary>The key of a configured text; any text is one.</summary>
    public SecondFactorKey(string text)
    {
        key = SHA256.HashData(Encoding.UTF8.GetBytes(text));
        backupCodeKey = HMACSHA256.HashData(key, "chatalot backup codes"u8);
    }

    /// <summary>Version, nonce, secret and tag. Opens for this user alone.</summary>
    internal byte[] Seal(Guid userId, ReadOnlySpan<byte> secret)
    {
        var blob = new byte[1 + NonceBytes + secret.Length + TagBytes];
        blob[0] = Version;
        var nonce = blob.AsSpan(1, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new ChaCha20Poly1305(key);
        cipher.Encrypt(
            nonce,
            secret,
            blob.AsSpan(1 + NonceBytes, secret.Length),
            blob.AsSpan(blob.Length - TagBytes),
            Bind(userId)
        );
        return blob;
    }

    /// <summary>The secret in a blob of either format.</summary>
    /// <exception cref="CryptographicException">
    /// The blob was made with another key or for another user, or was changed.
    /// </exception>
    internal byte[] Open(Guid userId, ReadOnlySpan<byte> blob)
    {
        if (IsFirstFormat(blob))
            return Decrypt(blob, default);
        return blob is [Version, .. var box] && box.Length > NonceBytes + TagBytes
            ? Decrypt(box, Bind(userId))
            : throw new CryptographicException("a sealed secret has no format that this build knows");
    }

    /// <summary>Whether a blob should be sealed again: it is not bound to its user.</summary>
    internal static bool IsFirstFormat(ReadOnlySpan<byte> blob) => blob.Length == FirstFormatBytes;

    /// <summary>What a backup code of a user is mixed with before it is hashed slowly.</summary>
    internal byte[] KeyedCode(Guid userId, string code) =>
        HMACSHA256.HashData(
            backupCodeKey,
            (byte[])[.. userId.ToByteArray(bigEndian: true), .. Encoding.ASCII.GetBytes(code)]
        );

    private byte[] Decrypt(ReadOnlySpan<byte> box, ReadOnlySpan<byte> bound)
    {
        var secret = new byte[box.Length - NonceBytes - TagBytes];
        using var cipher = new ChaCha20Poly1305(key);
        cipher.Decrypt(box[..NonceBytes], box[NonceBytes..^TagBytes], box[^TagBytes..], secret, bound);
        return secret;
    }

    private static byte[] Bind(Guid userId) => [Version, .. userId.ToByteArray(bigEndian: true)];
}
