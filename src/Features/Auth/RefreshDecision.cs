using System.Security.Cryptography;

namespace Chatalot.Features.Auth;

/// <summary>A refresh token that was replaced.</summary>
/// <param name="TokenHash">SHA-256 of the token.</param>
/// <param name="Salt">What turned it into its successor.</param>
/// <param name="At">When.</param>
internal sealed record Rotation(byte[] TokenHash, byte[] Salt, DateTimeOffset At);

/// <summary>What is stored of a session's tokens.</summary>
/// <param name="TokenHash">SHA-256 of the token that is valid now.</param>
/// <param name="Rotations">Tokens replaced not long ago, oldest first.</param>
/// <param name="ExpiresAt">When the session ends unless it is used.</param>
/// <param name="IsRevoked">The session was ended.</param>
internal sealed record SessionTokens(
    byte[] TokenHash,
    IReadOnlyList<Rotation> Rotations,
    DateTimeOffset ExpiresAt,
    bool IsRevoked
);

/// <summary>What to do with a presented refresh token of a known family.</summary>
internal abstract record RefreshDecision
{
    /// <summary>It is the valid one: replace it.</summary>
    /// <param name="Successor">The next token.</param>
    /// <param name="Rotations">What to remember of the last moments.</param>
    public sealed record Rotate(RefreshToken Successor, IReadOnlyList<Rotation> Rotations) : RefreshDecision;

    /// <summary>
    /// It was replaced a moment ago: two tabs, or socket and REST, refreshed at once. All of them get the token that is
    /// valid now, so that they go on with the same one.
    /// </summary>
    /// <param name="Current">The token that is valid now.</param>
    public sealed record Repeat(RefreshToken Current) : RefreshDecision;

    /// <summary>It was replaced long ago: a copy of it is in other hands, and nobody can tell which is the thief's.</summary>
    public sealed record Reuse : RefreshDecision;

    /// <summary>The session has ended.</summary>
    public sealed record Refuse : RefreshDecision;

    /// <summary>More rotations than any honest client makes within the grace.</summary>
    private const int MostRemembered = 8;

    /// <summary>Decides; see the cases.</summary>
    public static RefreshDecision Decide(
        SessionTokens session,
        RefreshToken presented,
        DateTimeOffset now,
        TimeSpan grace
    )
    {
        if (session.IsRevoked || session.ExpiresAt <= now)
            return new Refuse();
        var recent = session.Rotations.Where(rotation => now - rotation.At <= grace).ToList();
        var hash = presented.Hash;
        if (CryptographicOperations.FixedTimeEquals(hash, session.TokenHash))
        {
            var salt = RefreshToken.NewSalt();
            recent.Add(new(hash, salt, now));
            return new Rotate(presented.Successor(salt), [.. recent.TakeLast(MostRemembered)]);
        }
        var index = recent.FindIndex(rotation => rotation.TokenHash.AsSpan().SequenceEqual(hash));
        return index < 0
            ? new Reuse()
            : new Repeat(recent.Skip(index).Aggregate(presented, (token, rotation) => token.Successor(rotation.Salt)));
    }
}
