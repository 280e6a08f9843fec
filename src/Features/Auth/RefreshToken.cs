using System.Security.Cryptography;

namespace Chatalot.Features.Auth;

/// <summary>
/// A refresh token: 32 bytes, hex on the wire. The first half names the session's family and never changes, so that any
/// token of the past is recognised as such without being stored; the second half changes with each use. Both are
/// secrets of 128 bits; only hashes are stored.
/// </summary>
internal sealed class RefreshToken
{
    private const int Bytes = 32;
    private const int FamilyBytes = 16;

    private readonly byte[] value;

    private RefreshToken(byte[] value) => this.value = value;

    /// <summary>SHA-256 of the half that all tokens of the session share.</summary>
    public byte[] FamilyHash => SHA256.HashData(value.AsSpan(0, FamilyBytes));

    /// <summary>SHA-256 of the whole token.</summary>
    public byte[] Hash => SHA256.HashData(value);

    /// <summary>The first token of a new session.</summary>
    public static RefreshToken New() => new(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>The token that a client sent, or null when it cannot be one.</summary>
    public static RefreshToken? Parse(string hex)
    {
        var bytes = new byte[Bytes];
        return
            hex.Length == Bytes * 2
            && Convert.FromHexString(hex, bytes, out _, out _) == System.Buffers.OperationStatus.Done
            ? new(bytes)
            : null;
    }

    /// <summary>A token that replaces this one: of the same family, otherwise random.</summary>
    public RefreshToken Successor()
    {
        var next = (byte[])value.Clone();
        RandomNumberGenerator.Fill(next.AsSpan(FamilyBytes));
        return new(next);
    }

    /// <summary>Lower-case hex, 64 characters: for the client only.</summary>
    public override string ToString() => Convert.ToHexStringLower(value);
}
