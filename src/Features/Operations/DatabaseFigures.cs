using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Operations;

/// <summary>A table and how large it is.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Bytes">With indexes and what is stored out of line.</param>
/// <param name="LiveRows">Rows, estimated.</param>
/// <param name="DeadRows">Rows that wait for vacuum, estimated.</param>
public sealed record TableFigures(string Name, long Bytes, long LiveRows, long DeadRows);

/// <summary>The database in figures.</summary>
/// <param name="MeasuredAt">When.</param>
/// <param name="Bytes">Size of the database.</param>
/// <param name="Tables">The largest tables first.</param>
/// <param name="Connections">Connections to this database, everybody's.</param>
/// <param name="MaxConnections">Connections that the database server allows.</param>
/// <param name="OldestTransactionSecs">Age of the oldest open transaction, 0 when there is none.</param>
public sealed record DatabaseSizes(
    DateTimeOffset MeasuredAt,
    long Bytes,
    IReadOnlyList<TableFigures> Tables,
    int Connections,
    int MaxConnections,
    double OldestTransactionSecs
);

/// <summary>
/// Measures the database at most once a minute, beside the pool, and only when somebody asks: an idle server stays
/// quiet. Who asks gets what is known and never waits for a database that hangs.
/// </summary>
public sealed class DatabaseFigures(DatabaseOptions options, DatabaseAvailability database, TimeProvider clock)
    : IDisposable
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly NpgsqlDataSource source = DatabaseSource.CreateUnpooled(options, "figures", Limit);
    private Task<DatabaseSizes?>? measuring;
    private DatabaseSizes? known;

    /// <summary>What is known; a measurement that is due begins in the background.</summary>
    public DatabaseSizes? Known
    {
        get
        {
            _ = Refresh();
            return known;
        }
    }

    /// <summary>Figures not older than a minute, or what is known when the database does not answer in time.</summary>
    public async Task<DatabaseSizes?> MeasureAsync(CancellationToken ct)
    {
        if (Refresh() is { } measurement)
            await Task.WhenAny(measurement, Task.Delay(Limit, clock, ct));
        ct.ThrowIfCancellationRequested();
        return known;
    }

    /// <inheritdoc/>
    public void Dispose() => source.Dispose();

    private Task<DatabaseSizes?>? Refresh()
    {
        lock (gate)
        {
            if (measuring is { IsCompleted: false })
                return measuring;
            if (!database.IsAvailable || (known is { } last && clock.GetUtcNow() - last.MeasuredAt < MaxAge))
                return null;
            return measuring = Task.Run(ReadAsync);
        }
    }

    private async Task<DatabaseSizes?> ReadAsync()
    {
        try
        {
            await using var connection = await source.OpenConnectionAsync();
            await using var batch = new NpgsqlBatch(connection)
            {
                BatchCommands =
                {
                    new(
                        """
                        select pg_database_size(current_database()),
                               (select count(*) from pg_stat_activity where datname = current_database()),
                               current_setting('max_connections')::int,
                               coalesce(extract(epoch from max(now() - xact_start)), 0)::float8
                        from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
                        """
                    ),
                    new(
                        """
                        select relname, pg_total_relation_size(relid), n_live_tup, n_dead_tup from pg_stat_user_tables
                        order by pg_total_relation_size(relid) desc limit 50
                        """
                    ),
                },
            };
            await using var reader = await batch.ExecuteReaderAsync();
            await reader.ReadAsync();
            var (bytes, connections) = (reader.GetInt64(0), (int)reader.GetInt64(1));
            var (most, oldest) = (reader.GetInt32(2), reader.GetDouble(3));
            await reader.NextResultAsync();
            var tables = new List<TableFigures>();
            while (await reader.ReadAsync())
                tables.Add(new(reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3)));
            return known = new(clock.GetUtcNow(), bytes, tables, connections, most, Math.Round(oldest, 1));
        }
        catch (Exception reason) when (reason is NpgsqlException or TimeoutException or OperationCanceledException)
        {
            database.ReportFailure(reason);
            return known;
        }
    }
}
