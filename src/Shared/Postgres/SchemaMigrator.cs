using Microsoft.Extensions.Logging;
using Npgsql;

namespace Chatalot.Shared.Postgres;

/// <summary>
/// Brings the database to this build's schema: applies the scripts that it has not seen, in the order of their numbers,
/// each in a transaction of its own. Safe when several servers start at once: they take turns.
/// </summary>
public sealed partial class SchemaMigrator
{
    /// <summary>Key of the advisory lock: "chatalot" in ASCII.</summary>
    private const long LockKey = 0x63686174616C6F74;

    private readonly DatabaseOptions options;
    private readonly IReadOnlyList<SchemaScript> scripts;
    private readonly ILogger<SchemaMigrator> logger;
    private readonly TimeProvider clock;

    /// <param name="options">Where the database is; the role must own it.</param>
    /// <param name="scripts">Every script of this build, in any order.</param>
    /// <param name="logger">One line for each applied script.</param>
    /// <param name="clock">Measures durations.</param>
    /// <exception cref="SchemaException">Two scripts have one number.</exception>
    public SchemaMigrator(
        DatabaseOptions options,
        IEnumerable<SchemaScript> scripts,
        ILogger<SchemaMigrator> logger,
        TimeProvider clock
    )
    {
        this.options = options;
        this.scripts = SchemaScript.InOrder(scripts);
        this.logger = logger;
        this.clock = clock;
    }

    /// <summary>
    /// Called before anything changes in a database that a server has used and whose schema is older than this build's.
    /// What it throws keeps the database as it is.
    /// </summary>
    public Func<CancellationToken, Task>? BeforeChange { get; init; }

    /// <summary>What a migration would apply, in order. Changes nothing.</summary>
    /// <exception cref="SchemaException">A migration would refuse the database.</exception>
    public async Task<IReadOnlyList<SchemaScript>> FindMissingAsync(CancellationToken ct)
    {
        await using var source = DatabaseSource.CreateUnpooled(options, "schema", TimeSpan.Zero);
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var look = new NpgsqlCommand("select to_regclass('schema_scripts') is not null", connection);
        var isUsed = await look.ExecuteScalarAsync(ct) is true;
        return MissingOf(isUsed ? await ReadAppliedAsync(connection, ct) : []);
    }

    /// <summary>Applies what is missing. Repeating it changes nothing.</summary>
    /// <param name="before">Runs after the checks and before the scripts, under the same lock. Must be repeatable.</param>
    /// <param name="ct">Stops between scripts, or rolls the running one back.</param>
    /// <returns>How many scripts were applied.</returns>
    /// <exception cref="SchemaException">
    /// The database is newer than this build, an applied script was changed, or a script failed.
    /// </exception>
    public async Task<int> MigrateAsync(Func<NpgsqlConnection, CancellationToken, Task> before, CancellationToken ct)
    {
        var started = clock.GetTimestamp();
        await using var source = DatabaseSource.CreateUnpooled(options, "schema", TimeSpan.Zero);
        // The lock belongs to this connection, which is a real one: however this ends, the lock ends with it.
        await using var connection = await source.OpenConnectionAsync(ct);
        await ExecuteAsync(connection, $"select pg_advisory_lock({LockKey})", ct);
        await ExecuteAsync(
            connection,
            """
            create table if not exists schema_scripts (
                number int primary key,
                name text not null,
                checksum text not null,
                applied_at timestamptz not null default now(),
                duration_ms bigint not null
            )
            """,
            ct
        );
        var applied = await ReadAppliedAsync(connection, ct);
        var missing = MissingOf(applied);
        if (BeforeChange is not null && missing.Count > 0 && applied.Count > 0)
            await BeforeChange(ct);
        await before(connection, ct);
        foreach (var script in missing)
            await ApplyAsync(connection, script, ct);
        var duration = (long)clock.GetElapsedTime(started).TotalMilliseconds;
        LogDone(logger, missing.Count, scripts.Count, duration);
        return missing.Count;
    }

    private List<SchemaScript> MissingOf(Dictionary<int, Applied> applied)
    {
        Check(applied);
        return [.. scripts.Where(script => !applied.ContainsKey(script.Number))];
    }

    private void Check(Dictionary<int, Applied> applied)
    {
        foreach (var script in scripts)
            if (applied.TryGetValue(script.Number, out var before) && before.Checksum != script.Checksum)
                throw new SchemaException(
                    $"The schema script {script.FullName} is not the one that was applied to this database on "
                        + $"{before.At:yyyy-MM-dd} (checksum {before.Checksum[..8]}, now {script.Checksum[..8]}). "
                        + "Restore the script as it was and put the change into a new one; or, if this is another "
                        + "build of the server, start the build that this database belongs to."
                );
        var known = scripts.Select(script => script.Number).ToHashSet();
        var unknown = applied.Where(entry => !known.Contains(entry.Key)).OrderBy(entry => entry.Key).ToList();
        if (unknown.Count > 0)
            throw new SchemaException(
                $"The database was used by a newer server: it has schema script {unknown[^1].Key:0000}_"
                    + $"{unknown[^1].Value.Name}, which this one does not know. Start the newer version, or "
                    + "restore a backup from before the update."
            );
    }

    private async Task ApplyAsync(NpgsqlConnection connection, SchemaScript script, CancellationToken ct)
    {
        var started = clock.GetTimestamp();
        await using var transaction = await connection.BeginTransactionAsync(ct);
        try
        {
            await ExecuteAsync(connection, script.Sql, ct);
            var duration = (long)clock.GetElapsedTime(started).TotalMilliseconds;
            await using var record = new NpgsqlCommand(
                "insert into schema_scripts (number, name, checksum, duration_ms) values ($1, $2, $3, $4)",
                connection
            )
            {
                Parameters =
                {
                    new() { Value = script.Number },
                    new() { Value = script.Name },
                    new() { Value = script.Checksum },
                    new() { Value = duration },
                },
            };
            await record.ExecuteNonQueryAsync(ct);
            await transaction.CommitAsync(ct);
            LogApplied(logger, script.FullName, duration);
        }
        catch (PostgresException reason)
        {
            throw new SchemaException(
                $"The schema script {script.FullName} failed and was rolled back: {reason.SqlState} {reason.MessageText}",
                reason
            );
        }
    }

    private static async Task<Dictionary<int, Applied>> ReadAppliedAsync(
        NpgsqlConnection connection,
        CancellationToken ct
    )
    {
        var applied = new Dictionary<int, Applied>();
        await using var command = new NpgsqlCommand(
            "select number, name, checksum, applied_at from schema_scripts",
            connection
        );
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
            applied[row.GetInt32(0)] = new Applied(
                row.GetString(1),
                row.GetString(2),
                row.GetFieldValue<DateTimeOffset>(3)
            );
        return applied;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }

    private sealed record Applied(string Name, string Checksum, DateTimeOffset At);

    [LoggerMessage(
        EventName = "SchemaScriptApplied",
        Level = LogLevel.Information,
        Message = "Applied schema script {Script} in {Milliseconds} ms"
    )]
    private static partial void LogApplied(ILogger logger, string script, long milliseconds);

    [LoggerMessage(
        EventName = "MigrationsApplied",
        Level = LogLevel.Information,
        Message = "Migrations applied ({Applied} new of {Total}, {Milliseconds} ms)"
    )]
    private static partial void LogDone(ILogger logger, int applied, int total, long milliseconds);
}
