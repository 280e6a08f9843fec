using Chatalot.Shared.Errors;
using Chatalot.Shared.Security;

namespace Chatalot.Features.Keys;

/// <summary>What uploaded keys must be, in the contract's order and words (auth-account.md 5.1 and 9.1).</summary>
public static class KeyRules
{
    /// <summary>Most one-time prekeys in an upload.</summary>
    public const int MostOneTimePrekeys = 200;

    private const int X25519KeyBytes = 32;

    /// <summary>Why the keys that come with a registration are refused, or null.</summary>
    public static Failure? Check(KeyUpload upload)
    {
        var prekey = upload.SignedPrekey;
        if (upload.IdentityKey.Length != Ed25519.PublicKeyBytes)
            return Failure.Validation("identity key must be 32 bytes");
        if (prekey.PublicKey.Length != X25519KeyBytes)
            return Failure.Validation("signed prekey must be 32 bytes");
        if (prekey.Signature.Length != Ed25519.SignatureBytes)
            return Failure.Validation("signed prekey signature must be 64 bytes");
        if (!Ed25519.IsValidPublicKey(upload.IdentityKey))
            return Failure.Validation("invalid identity key");
        if (!Ed25519.Verify(prekey.Signature, prekey.PublicKey, upload.IdentityKey))
            return Failure.Validation("signed prekey signature verification failed");
        return Check(upload.OneTimePrekeys);
    }

    /// <summary>Why the one-time prekeys are refused, or null.</summary>
    public static Failure? Check(IReadOnlyList<OneTimePrekey> prekeys)
    {
        if (prekeys.Count > MostOneTimePrekeys)
            return Failure.Validation($"maximum {MostOneTimePrekeys} one-time prekeys per upload");
        // A JSON list may hold nulls whatever its type says.
        if (prekeys.Any(prekey => prekey is not { PublicKey.Length: X25519KeyBytes }))
            return Failure.Validation("each prekey public_key must be exactly 32 bytes");
        return prekeys.DistinctBy(prekey => prekey.KeyId).Count() < prekeys.Count
            ? Failure.Validation("one-time prekey ids must be unique")
            : null;
    }
}
