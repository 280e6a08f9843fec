namespace Chatalot.Features.Keys;

/// <summary>An X25519 prekey that its owner's identity key signed.</summary>
/// <param name="KeyId">The client's number for it; any 32-bit number.</param>
/// <param name="PublicKey">32 bytes.</param>
/// <param name="Signature">64 bytes: Ed25519 over the raw bytes of the public key.</param>
public sealed record SignedPrekey(int KeyId, byte[] PublicKey, byte[] Signature);

/// <summary>An X25519 prekey that is handed out once.</summary>
/// <param name="KeyId">The client's number for it; any 32-bit number.</param>
/// <param name="PublicKey">32 bytes.</param>
public sealed record OneTimePrekey(int KeyId, byte[] PublicKey);

/// <summary>Everything that others need to start an encrypted conversation with a user.</summary>
/// <param name="IdentityKey">Ed25519 public key, 32 bytes.</param>
/// <param name="SignedPrekey">The prekey in use.</param>
/// <param name="OneTimePrekeys">At most 200; may be empty.</param>
public sealed record KeyUpload(
    byte[] IdentityKey,
    SignedPrekey SignedPrekey,
    IReadOnlyList<OneTimePrekey> OneTimePrekeys
);
