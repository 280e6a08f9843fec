using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Chatalot.Bench.Accounts;

/// <summary>
/// The public keys that a registration carries: an Ed25519 identity and an X25519 prekey signed by it. The private
/// halves are forgotten, as the generator sends plain text.
/// </summary>
internal sealed partial class DeviceKeys
{
    private const int KeySize = 32;
    private const int SignatureSize = 64;

    /// <exception cref="DllNotFoundException">libsodium is not installed (Debian: libsodium23).</exception>
    public DeviceKeys()
    {
        var secret = new byte[KeySize + KeySize];
        Check(sodium_init());
        Check(crypto_sign_seed_keypair(IdentityKey, secret, RandomNumberGenerator.GetBytes(KeySize)));
        Check(crypto_scalarmult_base(SignedPrekey, RandomNumberGenerator.GetBytes(KeySize)));
        Check(crypto_sign_detached(Signature, 0, SignedPrekey, KeySize, secret));
    }

    public byte[] IdentityKey { get; } = new byte[KeySize];

    public byte[] SignedPrekey { get; } = new byte[KeySize];

    /// <summary>Ed25519 by the identity key over the raw prekey.</summary>
    public byte[] Signature { get; } = new byte[SignatureSize];

    private static void Check(int result)
    {
        if (result < 0)
            throw new CryptographicException("libsodium refused a key operation");
    }

    [LibraryImport("libsodium.so.23")]
    private static partial int sodium_init();

    [LibraryImport("libsodium.so.23")]
    private static partial int crypto_sign_seed_keypair([Out] byte[] publicKey, [Out] byte[] secretKey, byte[] seed);

    [LibraryImport("libsodium.so.23")]
    private static partial int crypto_scalarmult_base([Out] byte[] publicKey, byte[] secretKey);

    [LibraryImport("libsodium.so.23")]
    private static partial int crypto_sign_detached(
        [Out] byte[] signature,
        nint signatureLength,
        byte[] message,
        ulong messageLength,
        byte[] secretKey
    );
}
