using Chatalot.Shared.Caching;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Auth;

/// <summary>
/// Which logins have not been revoked, from memory whenever possible. While the database is away those that were known
/// go on, or no operator could see what the server knows about it; nearly everything else is refused then anyway.
/// </summary>
public sealed class LiveSessions(NpgsqlDataSource database, DatabaseAvailability availability, TimeProvider clock)
{
    private const int Capacity = 50_000;
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(1);

    private readonly LiveCache<LiveSession> cache = new(Capacity, MaxAge, clock, () => availability.IsAway);

    /// <summary>Whether the session exists, belongs to the user and has neither been revoked nor run out.</summary>
    internal async ValueTask<bool> IsLiveAsync(Guid sessionId, Guid userId, CancellationToken ct) =>
        await cache.GetAsync(sessionId, ReadAsync, ct) is { } session
        && session.UserId == userId
        && session.ExpiresAt > clock.GetUtcNow();

    internal void Forget(Guid sessionId) => cache.Invalidate(sessionId);

    internal void ForgetAll(Guid userId) => cache.Invalidate(session => session.UserId == userId);

    internal void ForgetEverything() => cache.Clear();

    private async Task<LiveSession?> ReadAsync(Guid sessionId, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "select user_id, expires_at from sessions where id = $1 and revoked_at is null"
        );
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = sessionId });
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? new(row.GetGuid(0), row.GetFieldValue<DateTimeOffset>(1)) : null;
    }

    private sealed record LiveSession(Guid UserId, DateTimeOffset ExpiresAt);
}
