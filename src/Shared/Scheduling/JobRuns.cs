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

/// <summary>The table <c>scheduled_job_runs</c>: the last run of each job that all processes share.</summary>
internal sealed class JobRuns(NpgsqlDataSource dataSource)
{
    private const long AdvisoryLock = 0x6A6F_625F_7275_6E73; // "job_runs"
    private const int LongestError = 1000;

    /// <summary>Creates the table if it is missing; any number of processes may call this at once.</summary>
    public async Task EnsureSchemaAsync(CancellationToken token)
    {
        await using var batch = dataSource.CreateBatch();
        batch.BatchCommands.Add(new($"select pg_advisory_xact_lock({AdvisoryLock})"));
        batch.BatchCommands.Add(
            new(
                """
                create table if not exists scheduled_job_runs (
                    job text primary key,
                    last_started_at timestamptz not null,
                    last_finished_at timestamptz,
                    last_outcome text not null,
                    last_error text
                )
                """
            )
        );
        await batch.ExecuteNonQueryAsync(token);
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

    /// <summary>Notes the start of a run for a tick, unless the job already ran for it. Call under the job's lock.</summary>
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
            insert into scheduled_job_runs as r (job, last_started_at, last_outcome)
            values ($1, greatest($2, $3), '{JobOutcome.Running}')
            on conflict (job) do update
            set last_started_at = excluded.last_started_at, last_outcome = excluded.last_outcome, last_error = null
            where r.last_started_at < $2 or r.last_outcome = '{JobOutcome.Cancelled}'
            """
        );
        command.Parameters.Add(new() { Value = job });
        command.Parameters.Add(new() { Value = due.ToUniversalTime() });
        command.Parameters.Add(new() { Value = now.ToUniversalTime() });
        return await command.ExecuteNonQueryAsync(token) == 1;
    }

    /// <summary>Notes the end of a run. Not cancelled by the stop of the server, which is one of the ends.</summary>
    public async Task FinishAsync(string job, DateTimeOffset now, string outcome, string? error)
    {
        await using var command = dataSource.CreateCommand(
            "update scheduled_job_runs set last_finished_at = $2, last_outcome = $3, last_error = $4 where job = $1"
        );
        command.Parameters.Add(new() { Value = job });
        command.Parameters.Add(new() { Value = now.ToUniversalTime() });
        command.Parameters.Add(new() { Value = outcome });
        command.Parameters.Add(new() { Value = (object?)Shortened(error) ?? DBNull.Value });
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    private static string? Shortened(string? error) => error?.Length > LongestError ? error[..LongestError] : error;
}
