namespace Chatalot.Shared.Security;

/// <summary>Checks of Ed25519 (RFC 8032) signatures and keys that clients send.</summary>
public static class Ed25519
{
    /// <summary>Length of a public key in bytes.</summary>
    public const int PublicKeyBytes = Sodium.Ed25519PublicKeyBytes;

    /// <summary>Length of a signature in bytes.</summary>
    public const int SignatureBytes = Sodium.Ed25519SignatureBytes;

    /// <summary>Whether the signature over the message was made with the key. Wrong lengths are false.</summary>
    public static bool Verify(ReadOnlySpan<byte> signature, ReadOnlySpan<byte> message, ReadOnlySpan<byte> publicKey) =>
        Sodium.VerifyEd25519(signature, message, publicKey);

    /// <summary>
    /// Whether the bytes are a public key that an honest client can have: a point of the curve in canonical form, in
    /// the main subgroup, not of small order. Wrong lengths are false.
    /// </summary>
    public static bool IsValidPublicKey(ReadOnlySpan<byte> publicKey) => Sodium.IsValidEd25519Point(publicKey);
}

/// <summary>An Ed25519 key pair that this server signs with. Never logged, never serialised.</summary>
public sealed class Ed25519KeyPair
{
    private readonly byte[] seed;
    private readonly byte[] publicKey = new byte[Sodium.Ed25519PublicKeyBytes];
    private readonly byte[] secretKey = new byte[Sodium.Ed25519SecretKeyBytes];

    /// <summary>The pair of a 32-byte seed, which is the private key of RFC 8032.</summary>
    /// <exception cref="ArgumentException">The seed has another length.</exception>
    public Ed25519KeyPair(ReadOnlySpan<byte> seed)
    {
        this.seed = seed.ToArray();
        Sodium.DeriveEd25519(seed, publicKey, secretKey);
    }

    /// <summary>The public half, 32 bytes.</summary>
    public ReadOnlySpan<byte> PublicKey => publicKey;

    internal ReadOnlySpan<byte> Seed => seed;

    /// <summary>Signs the message; 64 bytes are written.</summary>
    public void Sign(ReadOnlySpan<byte> message, Span<byte> signature) =>
        Sodium.SignEd25519(message, secretKey, signature);
}
