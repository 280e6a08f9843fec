using Npgsql;

namespace Chatalot.Shared.Scheduling;

/// <summary>Lets one holder at a time have a key, over all processes.</summary>
public interface IJobLock
{
    /// <summary>Takes the key, or answers null at once if it is taken. Disposing gives it back.</summary>
    ValueTask<IAsyncDisposable?> TryAcquireAsync(string key, CancellationToken token);
}

/// <summary>
/// Holds keys as PostgreSQL's session-level advisory locks, each on a connection of its own: if the process dies, or
/// loses the connection, the key is free again.
/// </summary>
internal sealed class PostgresJobLock(NpgsqlDataSource dataSource) : IJobLock
{
    // The second argument keeps these keys apart from other uses of advisory locks.
    private const string Hash = "hashtextextended($1, 7206)";

    public async ValueTask<IAsyncDisposable?> TryAcquireAsync(string key, CancellationToken token)
    {
        var connection = await dataSource.OpenConnectionAsync(token);
        if (await ExecuteAsync(connection, $"select pg_try_advisory_lock({Hash})", key))
            return new Held(connection, key);
        await connection.DisposeAsync();
        return null;
    }

    /// <summary>
    /// Not to be cancelled: the lock could already be taken or still be held when the cancellation arrives. For the same
    /// reason a connection on which this fails does not return to the pool, which hands connections on without a reset.
    /// </summary>
    private static async Task<bool> ExecuteAsync(NpgsqlConnection connection, string sql, string key)
    {
        try
        {
            await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = key } } };
            return await command.ExecuteScalarAsync() is true;
        }
        catch
        {
            NpgsqlConnection.ClearPool(connection);
            await connection.DisposeAsync();
            throw;
        }
    }

    private sealed class Held(NpgsqlConnection connection, string key) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            try
            {
                await ExecuteAsync(connection, $"select pg_advisory_unlock({Hash})", key);
                await connection.DisposeAsync();
            }
            catch (NpgsqlException)
            {
                // The connection is closed, and that gave the key back.
            }
        }
    }
}
