namespace Chatalot.Shared.Scheduling;

/// <summary>The jobs of the schedule as operators see them, over all processes on the database.</summary>
public interface IJobs
{
    /// <summary>Every job that all processes share, in the order of the schedule, with its newest runs.</summary>
    Task<IReadOnlyList<JobStatus>> ListAsync(CancellationToken token);

    /// <summary>Runs a job now, in this process, under the same locks as a tick.</summary>
    /// <param name="job">Its name, see <see cref="JobStatus.Name"/>.</param>
    /// <param name="dryRun">Only tell what it would do.</param>
    /// <param name="token">Stops the run.</param>
    /// <returns>The run; null when the job is running already, here or elsewhere.</returns>
    /// <exception cref="KeyNotFoundException">There is no such job.</exception>
    /// <exception cref="NotSupportedException">The job has no dry run.</exception>
    Task<JobRunSummary?> RunNowAsync(string job, bool dryRun, CancellationToken token);
}

/// <summary>One run of a job.</summary>
/// <param name="StartedAt">When it began.</param>
/// <param name="FinishedAt">When it ended; null while it runs.</param>
/// <param name="Outcome"><c>running</c>, <c>succeeded</c>, <c>failed</c> or <c>cancelled</c>.</param>
/// <param name="Items">How many things it dealt with.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="Instance">The process that ran it.</param>
public sealed record JobRunSummary(
    DateTimeOffset StartedAt,
    DateTimeOffset? FinishedAt,
    string Outcome,
    long Items,
    string? Error,
    string? Instance
);

/// <summary>A job and how it is doing.</summary>
/// <param name="Name">The job's name.</param>
/// <param name="Schedule">Its ticks as a cron expression with seconds first, UTC.</param>
/// <param name="NextRunAt">Its next tick.</param>
/// <param name="LastRun">Its newest run, or null when it has never run.</param>
/// <param name="LastSuccessAt">When it last ended well.</param>
/// <param name="ConsecutiveFailures">How many runs have failed since then.</param>
/// <param name="HasDryRun">Whether it can be asked what it would do.</param>
/// <param name="History">Newest first, at most ten; of runs that found nothing to do, one an hour is kept.</param>
public sealed record JobStatus(
    string Name,
    string Schedule,
    DateTimeOffset? NextRunAt,
    JobRunSummary? LastRun,
    DateTimeOffset? LastSuccessAt,
    int ConsecutiveFailures,
    bool HasDryRun,
    IReadOnlyList<JobRunSummary> History
);
