using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Chatalot.Shared.Security;

/// <summary>Where the keys of access tokens are kept.</summary>
public sealed record TokenKeyPaths
{
    /// <summary>Ed25519 private key, PKCS#8 PEM. Made, with its public half, when neither file exists.</summary>
    public required string PrivateKey { get; init; }

    /// <summary>
    /// Ed25519 public key, SPKI PEM. It follows from the private key, so it may be missing; if it is there, it must be
    /// the right one. Null: not kept in a file.
    /// </summary>
    public string? PublicKey { get; init; }

    /// <summary>Public key whose tokens are still accepted after a change of keys. Null: none.</summary>
    public string? PreviousPublicKey { get; init; }
}

/// <summary>
/// The key that signs access tokens and those that verify them: two while the keys are being changed.
/// </summary>
public sealed partial class TokenKeys
{
    private readonly VerificationKey[] verificationKeys;

    /// <summary>Keys that are already in memory.</summary>
    /// <param name="signing">Signs every new token.</param>
    /// <param name="previousPublicKey">32 bytes of a key whose tokens are still accepted, or null.</param>
    public TokenKeys(Ed25519KeyPair signing, byte[]? previousPublicKey = null)
    {
        Signing = signing;
        KeyId = IdOf(signing.PublicKey);
        var current = new VerificationKey(KeyId, signing.PublicKey.ToArray());
        verificationKeys = previousPublicKey is null
            ? [current]
            : [current, new VerificationKey(IdOf(previousPublicKey), previousPublicKey)];
    }

    /// <summary>The pair that signs.</summary>
    public Ed25519KeyPair Signing { get; }

    /// <summary>Names the signing key in the <c>kid</c> of tokens: its JWK thumbprint (RFC 7638, RFC 8037).</summary>
    public string KeyId { get; }

    /// <summary>Reads the key files; makes a new pair when there is none.</summary>
    /// <exception cref="InvalidDataException">
    /// A file is no Ed25519 key, or the two are not a pair. The message names the file.
    /// </exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public static TokenKeys LoadOrCreate(TokenKeyPaths paths, ILogger logger)
    {
        if (!File.Exists(paths.PrivateKey))
            Create(paths, logger);
        var pair = TokenKeyFiles.ReadPrivate(paths.PrivateKey);
        if (File.Exists(paths.PublicKey) && !pair.PublicKey.SequenceEqual(TokenKeyFiles.ReadPublic(paths.PublicKey)))
            throw new InvalidDataException($"{paths.PublicKey} is not the public half of {paths.PrivateKey}");
        return new TokenKeys(pair, paths.PreviousPublicKey is { } previous ? TokenKeyFiles.ReadPublic(previous) : null);
    }

    /// <summary>The keys that a token may be signed with: the one that it names, or all when it names none.</summary>
    internal ReadOnlySpan<VerificationKey> Candidates(string? keyId)
    {
        if (keyId is null)
            return verificationKeys;
        var index = Array.FindIndex(verificationKeys, key => key.Id == keyId);
        return index < 0 ? [] : verificationKeys.AsSpan(index, 1);
    }

    private static void Create(TokenKeyPaths paths, ILogger logger)
    {
        // A public key alone means that the private one was lost or is mounted elsewhere: a new pair would hide that.
        if (File.Exists(paths.PublicKey))
            throw new InvalidDataException(
                $"{paths.PublicKey} exists, but its private key {paths.PrivateKey} does not"
            );
        var pair = new Ed25519KeyPair(RandomNumberGenerator.GetBytes(32));
        if (!TokenKeyFiles.TryWritePrivate(paths.PrivateKey, pair))
            return;
        if (paths.PublicKey is not null)
            TokenKeyFiles.WritePublic(paths.PublicKey, pair.PublicKey);
        var place = Path.GetFullPath(paths.PrivateKey);
        LogCreated(logger, place);
    }

    private static string IdOf(ReadOnlySpan<byte> publicKey)
    {
        var jwk = $$"""{"crv":"Ed25519","kty":"OKP","x":"{{Base64Url.EncodeToString(publicKey)}}"}""";
        return Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(jwk)));
    }

    [LoggerMessage(
        EventName = "TokenKeysCreated",
        Level = LogLevel.Information,
        Message = "Made a new key pair for access tokens: {Path} (keep it private and in your backups)"
    )]
    private static partial void LogCreated(ILogger logger, string path);
}

/// <summary>A public key that tokens are checked with.</summary>
/// <param name="Id">As in the <c>kid</c> of tokens.</param>
/// <param name="PublicKey">32 bytes.</param>
internal sealed record VerificationKey(string Id, byte[] PublicKey);
