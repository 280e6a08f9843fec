using Chatalot.Shared.Documents;
using Npgsql;

namespace Chatalot.Features.Auth;

/// <summary>A session whose row is locked until the transaction ends.</summary>
/// <param name="Id">The session.</param>
/// <param name="UserId">Whose.</param>
/// <param name="EndsAt">It ends then however often it is used.</param>
/// <param name="Tokens">Its refresh tokens.</param>
internal sealed record LockedSession(Guid Id, Guid UserId, DateTimeOffset EndsAt, SessionTokens Tokens);

/// <summary>Reads and replaces the refresh token of a session.</summary>
internal static class SessionTokenStorage
{
    /// <summary>The session of the token's family, locked; null when there is none.</summary>
    public static async Task<LockedSession?> LockAsync(
        NpgsqlConnection connection,
        RefreshToken presented,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(
            """
            select id, user_id, ends_at, older_hashes || token_hash, expires_at, revoked_at is not null,
                rotated_hashes, rotated_at
            from sessions where family_hash = $1 for update
            """,
            connection
        );
        command.Parameters.Add(new() { Value = presented.FamilyHash });
        await using var row = await command.ExecuteReaderAsync(ct);
        if (!await row.ReadAsync(ct))
            return null;
        var hashes = row.GetFieldValue<byte[][]>(6);
        var times = row.GetFieldValue<DateTimeOffset[]>(7);
        return new(
            row.GetGuid(0),
            row.GetGuid(1),
            row.GetFieldValue<DateTimeOffset>(2),
            new(
                row.GetFieldValue<byte[][]>(3),
                [.. hashes.Select((hash, i) => new Rotation(hash, times[i]))],
                row.GetFieldValue<DateTimeOffset>(4),
                row.GetBoolean(5)
            )
        );
    }

    /// <summary>Queues the replacement of the token; the session is used, and so lives longer.</summary>
    public static void QueueRotation(
        IDocumentSession documents,
        LockedSession session,
        RefreshDecision.Rotate rotate,
        ClientDevice device,
        SessionPolicy policy,
        DateTimeOffset now
    )
    {
        var idleEnd = now + policy.IdleLimit;
        documents.QueueSqlCommand(
            """
            update sessions set token_hash = ?, older_hashes = ?, rotated_hashes = ?, rotated_at = ?,
                device_name = ?, ip_address = ?, last_used_at = ?, expires_at = ?
            where id = ?
            """,
            rotate.LiveHashes[^1],
            rotate.LiveHashes.SkipLast(1).ToArray(),
            rotate.Rotations.Select(rotation => rotation.TokenHash).ToArray(),
            rotate.Rotations.Select(rotation => rotation.At).ToArray(),
            device.Label,
            device.Address?.ToString(),
            now,
            idleEnd < session.EndsAt ? idleEnd : session.EndsAt,
            session.Id
        );
    }
}
