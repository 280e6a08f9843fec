using Npgsql;

namespace Chatalot.Shared.Postgres;

/// <summary>
/// Asks the database <c>select 1</c> on a fresh connection beside the pool, within a hard time limit.
/// </summary>
internal sealed class DatabaseProbe : IDisposable
{
    /// <summary>A database that takes longer to answer counts as lost.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private readonly NpgsqlDataSource source;
    private readonly TimeProvider clock;

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

    public void Dispose() => source.Dispose();

    private async Task SelectOneAsync()
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var command = new NpgsqlCommand("select 1", connection);
        await command.ExecuteScalarAsync();
    }
}
