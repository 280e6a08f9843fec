using Chatalot.Shared.Errors;
using Chatalot.Shared.Security;

namespace Chatalot.Features.Keys;

/// <summary>What uploaded keys must be, in the contract's order and words (auth-account.md 5.1 and 9.1).</summary>
public static class KeyRules
{
    /// <summary>Most one-time prekeys in an upload.</summary>
    public const int MostOneTimePrekeys = 200;

    private const int X25519KeyBytes = 32;

    private static readonly Failure ShortSignature = Failure.Validation("signature must be 64 bytes");

    /// <summary>Why the keys that come with a registration are refused, or null.</summary>
    public static Failure? Check(KeyUpload upload) =>
        Check(upload, Failure.Validation("signed prekey signature must be 64 bytes"));

    /// <summary>
    /// Why the keys that replace a user's keys are refused, or null. One text differs from a registration's.
    /// </summary>
    public static Failure? CheckReplacement(KeyUpload upload) => Check(upload, ShortSignature);

    /// <summary>Why the one-time prekeys are refused, or null.</summary>
    public static Failure? Check(IReadOnlyList<OneTimePrekey> prekeys)
    {
        if (prekeys.Count > MostOneTimePrekeys)
            return Failure.Validation($"maximum {MostOneTimePrekeys} one-time prekeys per upload");
        if (prekeys.Any(prekey => prekey.PublicKey.Length != X25519KeyBytes))
            return Failure.Validation("each prekey public_key must be exactly 32 bytes");
        return prekeys.DistinctBy(prekey => prekey.KeyId).Count() < prekeys.Count
            ? Failure.Validation("one-time prekey ids must be unique")
            : null;
    }

    /// <summary>Why a signed prekey that comes alone is refused whoever sent it, or null.</summary>
    public static Failure? CheckLengths(SignedPrekey prekey) =>
        prekey.PublicKey.Length != X25519KeyBytes ? Failure.Validation("public key must be 32 bytes")
        : prekey.Signature.Length != Ed25519.SignatureBytes ? ShortSignature
        : null;

    /// <summary>Why the prekey's signature does not hold under this identity, or null.</summary>
    public static Failure? CheckSignature(SignedPrekey prekey, byte[] identityKey) =>
        Ed25519.Verify(prekey.Signature, prekey.PublicKey, identityKey)
            ? null
            : Failure.Validation("signed prekey signature verification failed");

    private static Failure? Check(KeyUpload upload, Failure shortSignature)
    {
        var prekey = upload.SignedPrekey;
        if (upload.IdentityKey.Length != Ed25519.PublicKeyBytes)
            return Failure.Validation("identity key must be 32 bytes");
        if (prekey.PublicKey.Length != X25519KeyBytes)
            return Failure.Validation("signed prekey must be 32 bytes");
        if (prekey.Signature.Length != Ed25519.SignatureBytes)
            return shortSignature;
        if (!Ed25519.IsValidPublicKey(upload.IdentityKey))
            return Failure.Validation("invalid identity key");
        return CheckSignature(prekey, upload.IdentityKey) ?? Check(upload.OneTimePrekeys);
    }
}
