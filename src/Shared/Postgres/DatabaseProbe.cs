using Npgsql;

namespace Chatalot.Shared.Postgres;

/// <summary>
/// Asks the database <c>select 1</c> on a connection of its own beside the pool, within a hard time limit. The
/// connection is kept for a minute: opening one costs the database a process and whoever asks for health thirty
/// milliseconds. A kept one that fails says nothing yet, then a fresh one decides.
/// </summary>
internal sealed class DatabaseProbe : IDisposable
{
    /// <summary>A database that takes longer to answer counts as lost.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    /// <summary>After this it is time to see again whether the database lets anybody in.</summary>
    private static readonly TimeSpan LongestKept = TimeSpan.FromMinutes(1);

    private readonly NpgsqlDataSource source;
    private readonly TimeProvider clock;
    private Kept? kept;
    private volatile bool isDisposed;

    public DatabaseProbe(DatabaseOptions options, TimeProvider clock)
    {
        source = DatabaseSource.CreateUnpooled(
            options with
            {
                ConnectTimeout = Limit,
            },
            "health",
            Limit,
            loadTypes: false
        );
        this.clock = clock;
    }

    /// <summary>Null when the database answered, otherwise why it did not.</summary>
    public async Task<Exception?> AskAsync()
    {
        try
        {
            // An attempt that hangs is left to its own limits: nobody waits for a cancellation that may hang as well.
            await SelectOneAsync().WaitAsync(Limit, clock);
            return null;
        }
        catch (TimeoutException)
        {
            return new TimeoutException($"no answer within {Limit.TotalSeconds:0} s");
        }
        catch (PostgresException full) when (full.SqlState == PostgresErrorCodes.TooManyConnections)
        {
            // It answered, so it is there: whoever has a connection can go on, and the pool has some.
            return null;
        }
        catch (NpgsqlException reason)
        {
            return reason;
        }
    }

    public void Dispose()
    {
        isDisposed = true;
        Interlocked.Exchange(ref kept, null)?.Connection.Dispose();
        source.Dispose();
    }

    /// <summary>An attempt owns its connection: one that hangs is never asked a second time.</summary>
    private async Task SelectOneAsync()
    {
        if (Interlocked.Exchange(ref kept, null) is { } open && await IsGoodAsync(open))
            return;
        var connection = await source.OpenConnectionAsync();
        try
        {
            await SelectOneAsync(connection);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
        await KeepAsync(new(connection, clock.GetTimestamp()));
    }

    private async Task<bool> IsGoodAsync(Kept open)
    {
        try
        {
            if (clock.GetElapsedTime(open.Since) < LongestKept)
            {
                await SelectOneAsync(open.Connection);
                await KeepAsync(open);
                return true;
            }
        }
        catch (Exception broken) when (broken is NpgsqlException or InvalidOperationException)
        {
            // It broke since the last time; whether its own keepalive noticed first decides which exception tells.
        }
        await open.Connection.DisposeAsync();
        return false;
    }

    private static async Task SelectOneAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("select 1", connection);
        await command.ExecuteScalarAsync();
    }

    private async Task KeepAsync(Kept open)
    {
        if (Interlocked.Exchange(ref kept, open) is { } other)
            await other.Connection.DisposeAsync();
        if (isDisposed && Interlocked.Exchange(ref kept, null) is { } late)
            await late.Connection.DisposeAsync();
    }

    private sealed record Kept(NpgsqlConnection Connection, long Since);
}
