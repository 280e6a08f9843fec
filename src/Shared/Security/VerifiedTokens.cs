using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Chatalot.Shared.Security;

/// <summary>
/// Tokens whose signature was found good before, by their digest: a client shows the same token with every request, and
/// verifying it takes far longer than recognising it. Only good ones are remembered, so that what somebody makes up
/// takes no room. It speaks of the signature alone: time and claims are looked at each time.
/// </summary>
internal sealed class VerifiedTokens
{
    /// <summary>Beyond it the memory starts afresh. About 80 bytes each.</summary>
    private const int Most = 8192;

    private readonly ConcurrentDictionary<UInt128, byte> digests = new();

    /// <summary>True for exactly these bytes, signature included, that were added.</summary>
    public bool Contains(ReadOnlySpan<byte> token) => digests.ContainsKey(Digest(token));

    /// <summary>Remembers a token that was verified.</summary>
    public void Add(ReadOnlySpan<byte> token)
    {
        if (digests.Count >= Most)
            digests.Clear();
        digests[Digest(token)] = 0;
    }

    /// <summary>128 bits of SHA-256: nobody finds a second token for them.</summary>
    private static UInt128 Digest(ReadOnlySpan<byte> token)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(token, hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }
}
