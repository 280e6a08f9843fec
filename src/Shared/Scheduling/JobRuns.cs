using Npgsql;

namespace Chatalot.Shared.Scheduling;

/// <summary>How a run ended, in the words of the column <c>last_outcome</c>.</summary>
internal static class JobOutcome
{
    public const string Running = "running";
    public const string Succeeded = "succeeded";
    public const string Failed = "failed";

    /// <summary>The server stopped and asked the job to stop too.</summary>
    public const string Cancelled = "cancelled";
}

/// <summary>The last run of a job.</summary>
internal sealed record JobRun(DateTimeOffset StartedAt, string Outcome);

/// <summary>How a run ended.</summary>
internal sealed record JobEnd(string Outcome, long Items, string? Error);

/// <summary>
/// The tables <c>scheduled_job_runs</c> (the last run of each job that all processes share) and <c>maintenance_runs</c>
/// (the history that operators read). Of runs that found nothing to do, the history keeps one an hour: enough to see
/// that the job is alive, without a row every thirty seconds.
/// </summary>
internal sealed class JobRuns(NpgsqlDataSource dataSource)
{
    private const long AdvisoryLock = 0x6A6F_625F_7275_6E73; // "job_runs"
    private const int LongestError = 1000;

    private static readonly string Instance = $"{Environment.MachineName}:{Environment.ProcessId}";

    private static readonly string[] Schema =
    [
        """
            create table if not exists scheduled_job_runs (
                job text primary key,
                last_started_at timestamptz not null,
                last_finished_at timestamptz,
                last_outcome text not null,
                last_error text,
                last_items bigint not null default 0,
                last_success_at timestamptz,
                failures_in_a_row int not null default 0,
                last_instance text
            )
            """,
        """
            create table if not exists maintenance_runs (
                id bigint generated always as identity primary key,
                job text not null,
                started_at timestamptz not null,
                finished_at timestamptz not null,
                items bigint not null,
                outcome text not null,
                error text,
                instance text not null
            )
            """,
        "create index if not exists maintenance_runs_by_job on maintenance_runs (job, started_at desc)",
        "create index if not exists maintenance_runs_by_time on maintenance_runs (started_at)",
    ];

    private volatile bool hasSchema;

    /// <summary>Creates the tables if they are missing; any number of processes may call this at once.</summary>
    public async Task EnsureSchemaAsync(CancellationToken token)
    {
        if (hasSchema)
            return;
        await using var batch = dataSource.CreateBatch();
        batch.BatchCommands.Add(new($"select pg_advisory_xact_lock({AdvisoryLock})"));
        foreach (var statement in Schema)
            batch.BatchCommands.Add(new(statement));
        await batch.ExecuteNonQueryAsync(token);
        hasSchema = true;
    }

    /// <summary>The last run of every job that has run.</summary>
    public async Task<Dictionary<string, JobRun>> LoadAsync(CancellationToken token)
    {
        await using var command = dataSource.CreateCommand(
            "select job, last_started_at, last_outcome from scheduled_job_runs"
        );
        await using var reader = await command.ExecuteReaderAsync(token);
        var runs = new Dictionary<string, JobRun>();
        while (await reader.ReadAsync(token))
            runs.Add(reader.GetString(0), new(reader.GetFieldValue<DateTimeOffset>(1), reader.GetString(2)));
        return runs;
    }

    /// <summary>
    /// Notes the start of a run for a tick, unless the job already ran for it. Call under the job's lock.
    /// </summary>
    /// <param name="job">The job's name.</param>
    /// <param name="due">The tick.</param>
    /// <param name="now">
    /// This process's clock. Processes agree on ticks but not on the time, so what is stored is never before the tick.
    /// </param>
    /// <param name="token">Cancels.</param>
    public async Task<bool> TryStartAsync(string job, DateTimeOffset due, DateTimeOffset now, CancellationToken token)
    {
        await using var command = dataSource.CreateCommand(
            $"""
            insert into scheduled_job_runs as r (job, last_started_at, last_outcome, last_instance)
            values ($1, greatest($2, $3), '{JobOutcome.Running}', $4)
            on conflict (job) do update
            set last_started_at = excluded.last_started_at, last_finished_at = null,
                last_outcome = excluded.last_outcome, last_error = null, last_items = 0,
                last_instance = excluded.last_instance
            where r.last_started_at < $2 or r.last_outcome = '{JobOutcome.Cancelled}'
            """
        );
        command.Parameters.Add(new() { Value = job });
        command.Parameters.Add(new() { Value = due.ToUniversalTime() });
        command.Parameters.Add(new() { Value = now.ToUniversalTime() });
        command.Parameters.Add(new() { Value = Instance });
        return await command.ExecuteNonQueryAsync(token) == 1;
    }

    /// <summary>
    /// Notes the end of a run, and tells how many runs in a row have failed with it. Not cancelled by the stop of the
    /// server, which is one of the ends.
    /// </summary>
    public async Task<int> FinishAsync(string job, DateTimeOffset now, JobEnd end)
    {
        await using var command = dataSource.CreateCommand(
            $"""
            with ended as (
                update scheduled_job_runs
                set last_finished_at = $2, last_outcome = $3, last_error = $4, last_items = $5,
                    last_success_at = case when $3 = '{JobOutcome.Succeeded}' then $2 else last_success_at end,
                    failures_in_a_row = case $3
                        when '{JobOutcome.Succeeded}' then 0
                        when '{JobOutcome.Failed}' then failures_in_a_row + 1
                        else failures_in_a_row end
                where job = $1
                returning last_started_at, failures_in_a_row
            ), history as (
                insert into maintenance_runs (job, started_at, finished_at, items, outcome, error, instance)
                select $1, last_started_at, $2, $5, $3, $4, $6 from ended
                where $5 > 0 or $3 <> '{JobOutcome.Succeeded}' or not exists (
                    select from maintenance_runs where job = $1 and started_at > last_started_at - interval '1 hour'
                )
            )
            select failures_in_a_row from ended
            """
        );
        command.Parameters.Add(new() { Value = job });
        command.Parameters.Add(new() { Value = now.ToUniversalTime() });
        command.Parameters.Add(new() { Value = end.Outcome });
        command.Parameters.Add(new() { Value = (object?)Shortened(end.Error) ?? DBNull.Value, DataTypeName = "text" });
        command.Parameters.Add(new() { Value = end.Items });
        command.Parameters.Add(new() { Value = Instance });
        return await command.ExecuteScalarAsync(CancellationToken.None) is int failures ? failures : 0;
    }

    /// <summary>
    /// What is stored of every job: its last run, its last success, its failures in a row and its history.
    /// </summary>
    public async Task<Dictionary<string, StoredJob>> DescribeAsync(int longestHistory, CancellationToken token)
    {
        await using var batch = dataSource.CreateBatch();
        batch.BatchCommands.Add(
            new(
                """
                select job, last_started_at, last_finished_at, last_outcome, last_items, last_error, last_instance,
                    last_success_at, failures_in_a_row
                from scheduled_job_runs
                """
            )
        );
        batch.BatchCommands.Add(
            new(
                """
                select r.job, r.started_at, r.finished_at, r.outcome, r.items, r.error, r.instance
                from scheduled_job_runs jobs, lateral (
                    select * from maintenance_runs where job = jobs.job order by started_at desc limit $1
                ) r
                """
            )
            {
                Parameters = { new() { Value = longestHistory } },
            }
        );
        var jobs = new Dictionary<string, StoredJob>(StringComparer.Ordinal);
        await using var reader = await batch.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
            jobs.Add(reader.GetString(0), new(Run(reader), Time(reader, 7), reader.GetInt32(8), []));
        await reader.NextResultAsync(token);
        while (await reader.ReadAsync(token))
            jobs[reader.GetString(0)].History.Add(Run(reader));
        return jobs;
    }

    private static JobRunSummary Run(NpgsqlDataReader row) =>
        new(
            row.GetFieldValue<DateTimeOffset>(1),
            Time(row, 2),
            row.GetString(3),
            row.GetInt64(4),
            row.IsDBNull(5) ? null : row.GetString(5),
            row.IsDBNull(6) ? null : row.GetString(6)
        );

    private static DateTimeOffset? Time(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);

    private static string? Shortened(string? error) => error?.Length > LongestError ? error[..LongestError] : error;
}

/// <summary>What the tables hold of a job.</summary>
internal sealed record StoredJob(
    JobRunSummary LastRun,
    DateTimeOffset? LastSuccessAt,
    int FailuresInARow,
    List<JobRunSummary> History
);
