using System.Data;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Shared.Scheduling;

/// <summary>Lets one holder at a time have a key, over all processes.</summary>
public interface IJobLock
{
    /// <summary>Takes the key, or answers null at once if it is taken. Disposing gives it back.</summary>
    ValueTask<IAsyncDisposable?> TryAcquireAsync(string key, CancellationToken token);
}

/// <summary>
/// Holds keys as PostgreSQL's session-level advisory locks: if the process dies, or loses the connection, they are free
/// again. All keys of the process share one connection beside the pool, open while one is held: a job that kept one of
/// the pool's would wait for the next, with as many jobs as connections for ever.
/// </summary>
internal sealed class PostgresJobLock(DatabaseOptions options) : IJobLock, IDisposable
{
    // The second argument keeps these keys apart from other uses of advisory locks.
    private const string Hash = "hashtextextended($1, 7206)";

    private readonly NpgsqlDataSource source = DatabaseSource.CreateUnpooled(
        options,
        "jobs",
        options.StatementTimeout,
        loadTypes: false
    );

    /// <summary>One statement at a time on the connection; also guards what follows.</summary>
    private readonly SemaphoreSlim turn = new(1, 1);

    /// <summary>A session gets a lock that it has once more, so the process itself must know.</summary>
    private readonly HashSet<string> held = new(StringComparer.Ordinal);

    private NpgsqlConnection? session;

    public async ValueTask<IAsyncDisposable?> TryAcquireAsync(string key, CancellationToken token)
    {
        await turn.WaitAsync(token);
        try
        {
            if (!held.Add(key))
                return null;
            if (await TryLockAsync(key, token))
                return new Held(this, key, session!);
            held.Remove(key);
            return null;
        }
        catch
        {
            held.Remove(key);
            throw;
        }
        finally
        {
            await CloseUnusedAsync();
            turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        var last = session;
        session = null;
        last?.Dispose();
        source.Dispose();
    }

    private async Task<bool> TryLockAsync(string key, CancellationToken token)
    {
        if (session is { State: not ConnectionState.Open })
            await CloseAsync();
        session ??= await source.OpenConnectionAsync(token);
        return await ExecuteAsync(session, $"select pg_try_advisory_lock({Hash})", key);
    }

    /// <summary>
    /// What was taken on a connection that broke is free already, and whoever took it meanwhile must keep it.
    /// </summary>
    private async Task GiveBackAsync(string key, NpgsqlConnection takenOn)
    {
        await turn.WaitAsync();
        try
        {
            if (takenOn == session && takenOn.State is ConnectionState.Open)
                await ExecuteAsync(takenOn, $"select pg_advisory_unlock({Hash})", key);
        }
        catch (NpgsqlException)
        {
            // The connection is closed, and that gave the key back.
        }
        finally
        {
            held.Remove(key);
            await CloseUnusedAsync();
            turn.Release();
        }
    }

    /// <summary>
    /// Not to be cancelled: the lock could already be taken or still be held when the cancellation arrives. For the
    /// same reason the connection goes when this fails, with all that was taken on it.
    /// </summary>
    private async Task<bool> ExecuteAsync(NpgsqlConnection connection, string sql, string key)
    {
        try
        {
            await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = key } } };
            return await command.ExecuteScalarAsync() is true;
        }
        catch
        {
            await CloseAsync();
            throw;
        }
    }

    private Task CloseUnusedAsync() => held.Count == 0 ? CloseAsync() : Task.CompletedTask;

    private async Task CloseAsync()
    {
        if (session is not { } last)
            return;
        session = null;
        await last.DisposeAsync();
    }

    private sealed class Held(PostgresJobLock owner, string key, NpgsqlConnection takenOn) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await owner.GiveBackAsync(key, takenOn);
    }
}
