using Npgsql;

namespace Chatalot.Features.Auth;

/// <summary>
/// Whether the caller signed in a moment ago. What would give an account away for good needs that or the password, so
/// that a token which was stolen later is not enough.
/// </summary>
internal sealed class RecentLogin(NpgsqlDataSource database, AuthOptions options, TimeProvider clock)
{
    public async Task<bool> IsRecentAsync(Guid sessionId, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select created_at > $2 from sessions where id = $1");
        command.Parameters.Add(new() { Value = sessionId });
        command.Parameters.Add(new() { Value = clock.GetUtcNow() - options.Sessions.RecentLogin });
        return await command.ExecuteScalarAsync(ct) is true;
    }
}
