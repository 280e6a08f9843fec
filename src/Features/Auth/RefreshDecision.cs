using System.Security.Cryptography;

namespace Chatalot.Features.Auth;

/// <summary>A refresh token that was replaced.</summary>
/// <param name="TokenHash">SHA-256 of the token.</param>
/// <param name="At">When.</param>
internal sealed record Rotation(byte[] TokenHash, DateTimeOffset At);

/// <summary>What is stored of a session's tokens.</summary>
/// <param name="LiveHashes">
/// SHA-256 of the tokens that are valid now, oldest first: one for each place that refreshes.
/// </param>
/// <param name="Rotations">Tokens replaced not long ago, oldest first.</param>
/// <param name="ExpiresAt">When the session ends unless it is used.</param>
/// <param name="IsRevoked">The session was ended.</param>
internal sealed record SessionTokens(
    IReadOnlyList<byte[]> LiveHashes,
    IReadOnlyList<Rotation> Rotations,
    DateTimeOffset ExpiresAt,
    bool IsRevoked
);

/// <summary>What to do with a presented refresh token of a known family.</summary>
internal abstract record RefreshDecision
{
    /// <summary>
    /// It is valid, or was replaced a moment ago: two tabs, or socket and REST, refreshed at once. Each gets a
    /// successor of its own, and all successors are valid until they are used themselves.
    /// </summary>
    /// <param name="Successor">The next token for who presented this one.</param>
    /// <param name="LiveHashes">Tokens that are valid from now on, the successor last.</param>
    /// <param name="Rotations">What to remember of the last moments.</param>
    public sealed record Rotate(
        RefreshToken Successor,
        IReadOnlyList<byte[]> LiveHashes,
        IReadOnlyList<Rotation> Rotations
    ) : RefreshDecision;

    /// <summary>
    /// It was replaced long ago: a copy of it is in other hands, and nobody can tell which is the thief's.
    /// </summary>
    public sealed record Reuse : RefreshDecision;

    /// <summary>The session has ended.</summary>
    public sealed record Refuse : RefreshDecision;

    /// <summary>More tabs than any honest client refreshes in at once; beyond it the oldest token goes.</summary>
    public const int MostLive = 64;

    /// <summary>More rotations than any honest client makes within the grace.</summary>
    public const int MostRemembered = 64;

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
        var hash = presented.Hash;
        var recent = session.Rotations.Where(rotation => now - rotation.At <= grace).ToList();
        var live = session.LiveHashes.Where(other => !CryptographicOperations.FixedTimeEquals(hash, other)).ToList();
        if (live.Count < session.LiveHashes.Count)
            recent.Add(new(hash, now));
        else if (!recent.Exists(rotation => rotation.TokenHash.AsSpan().SequenceEqual(hash)))
            return new Reuse();
        var successor = presented.Successor();
        live.Add(successor.Hash);
        return new Rotate(successor, [.. live.TakeLast(MostLive)], [.. recent.TakeLast(MostRemembered)]);
    }
}
