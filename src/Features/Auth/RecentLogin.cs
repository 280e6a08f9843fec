using Npgsql;

namespace Chatalot.Features.Auth;

/// <summary>
/// Whether the caller signed in a moment ago. What would give an account away for good needs that or the password, so
/// that a token which was stolen later is not enough.
/// </summary>
internal sealed class RecentLogin(NpgsqlDataSource database, AuthOptions options, TimeProvider clock)
{
    /// <summary>Whether the login is recent, and has not been ended.</summary>
    public async Task<bool> IsRecentAsync(Guid sessionId, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await IsRecentAsync(connection, sessionId, ct);
    }

    /// <summary>
    /// The same in the connection's transaction: with the account locked, a change of the password that ended the login
    /// in the meantime is seen.
    /// </summary>
    public async Task<bool> IsRecentAsync(NpgsqlConnection connection, Guid sessionId, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "select created_at > $2 and revoked_at is null from sessions where id = $1",
            connection
        );
        command.Parameters.Add(new() { Value = sessionId });
        command.Parameters.Add(new() { Value = clock.GetUtcNow() - options.Sessions.RecentLogin });
        return await command.ExecuteScalarAsync(ct) is true;
    }
}
