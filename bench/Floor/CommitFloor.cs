using System.Security.Cryptography;
using Chatalot.Bench.Load;
using Chatalot.Bench.Wire;
using Npgsql;
using NpgsqlTypes;

namespace Chatalot.Bench.Floor;

/// <summary>Rows a second that so many connections insert, one row and one commit at a time.</summary>
internal sealed record CommitResult(int Clients, double RowsPerSecond, LatencySummary Latency);

/// <summary>
/// What PostgreSQL can commit when nobody groups anything: a prepared insert of a message-shaped row, with the two
/// indexes that a message log needs, each followed by its own commit. Works in its own table and drops it.
/// </summary>
internal sealed class CommitFloor : IAsyncDisposable
{
    private const string CreateTable = """
        drop table if exists bench_floor;
        create table bench_floor (
            id uuid primary key, channel_id uuid not null, sender_id uuid not null,
            ciphertext bytea not null, nonce bytea not null, created_at timestamptz not null, edited_at timestamptz);
        create index on bench_floor (channel_id, created_at desc, id desc);
        """;

    private const string Insert =
        "insert into bench_floor (id, channel_id, sender_id, ciphertext, nonce, created_at) values ($1, $2, $3, $4, $5, $6)";

    private readonly NpgsqlDataSource _database;

    private CommitFloor(NpgsqlDataSource database, string durability)
    {
        _database = database;
        Durability = durability;
    }

    /// <summary>The settings that make a commit durable, as the database has them.</summary>
    public string Durability { get; }

    public static async Task<CommitFloor> OpenAsync(string connectionString, int maxClients, CancellationToken ct)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { MaxPoolSize = maxClients + 1 };
        var database = NpgsqlDataSource.Create(settings);
        await ExecuteAsync(database, CreateTable, ct);
        await using var command = database.CreateCommand(
            "select 'synchronous_commit ' || current_setting('synchronous_commit') || ', fsync ' || current_setting('fsync')"
        );
        return new CommitFloor(database, (string)(await command.ExecuteScalarAsync(ct))!);
    }

    public async Task<CommitResult> RunAsync(int clients, double seconds, int bytes, CancellationToken ct)
    {
        var connections = new List<NpgsqlConnection>();
        try
        {
            for (var i = 0; i < clients; i++)
                connections.Add(await _database.OpenConnectionAsync(ct));
            var until = Clock.Microseconds + (long)(seconds * 1_000_000);
            var clientRuns = connections.Select(connection => CommitUntilAsync(connection, until, bytes, ct)).ToList();
            var latency = new LatencyHistogram();
            foreach (var histogram in await Task.WhenAll(clientRuns))
                latency.Add(histogram);
            return new CommitResult(clients, latency.Count / seconds, latency.Summarize());
        }
        finally
        {
            foreach (var connection in connections)
                await connection.DisposeAsync();
            // Kept open they would take the server's share of the connections that PostgreSQL allows.
            _database.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ExecuteAsync(_database, "drop table if exists bench_floor", CancellationToken.None);
        await _database.DisposeAsync();
    }

    private static async Task<LatencyHistogram> CommitUntilAsync(
        NpgsqlConnection connection,
        long until,
        int bytes,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(Insert, connection);
        var id = new NpgsqlParameter<Guid>();
        var createdAt = new NpgsqlParameter<DateTimeOffset> { NpgsqlDbType = NpgsqlDbType.TimestampTz };
        command.Parameters.Add(id);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = Guid.CreateVersion7() });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = Guid.CreateVersion7() });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = RandomNumberGenerator.GetBytes(bytes) });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = RandomNumberGenerator.GetBytes(12) });
        command.Parameters.Add(createdAt);
        await command.PrepareAsync(ct);
        var latency = new LatencyHistogram();
        for (var now = Clock.Microseconds; now < until; )
        {
            createdAt.TypedValue = TimeProvider.System.GetUtcNow();
            id.TypedValue = Guid.CreateVersion7(createdAt.TypedValue);
            await command.ExecuteNonQueryAsync(ct);
            var done = Clock.Microseconds;
            latency.Add(done - now);
            now = done;
        }
        return latency;
    }

    private static async Task ExecuteAsync(NpgsqlDataSource database, string sql, CancellationToken ct)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(ct);
    }
}
