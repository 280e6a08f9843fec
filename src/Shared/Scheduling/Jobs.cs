namespace Chatalot.Shared.Scheduling;

/// <summary>Puts the schedule of this process and the tables of all of them together.</summary>
internal sealed class Jobs(Scheduler scheduler, InvocableRunner runner, JobRuns runs, TimeProvider clock) : IJobs
{
    private const int LongestHistory = 10;

    public async Task<IReadOnlyList<JobStatus>> ListAsync(CancellationToken token)
    {
        await runs.EnsureSchemaAsync(token);
        var stored = await runs.DescribeAsync(LongestHistory, token);
        return
        [
            .. scheduler
                .Events.Where(job => job.OverlapKey is not null)
                .Select(job => Describe(job, stored.GetValueOrDefault(job.Job))),
        ];
    }

    public async Task<JobRunSummary?> RunNowAsync(string job, bool dryRun, CancellationToken token)
    {
        var scheduled = scheduler.Find(job) ?? throw new KeyNotFoundException($"There is no job {job}.");
        if (dryRun && !typeof(IDryRun).IsAssignableFrom(scheduled.Invocable))
            throw new NotSupportedException($"{job} has no dry run.");
        await runs.EnsureSchemaAsync(token);
        return await runner.RunNowAsync(scheduled, dryRun, token);
    }

    private JobStatus Describe(ScheduledEvent job, StoredJob? stored) =>
        new(
            job.Job,
            job.Ticks.CronExpressionString,
            job.NextTickAfter(clock.GetUtcNow()),
            stored?.LastRun,
            stored?.LastSuccessAt,
            stored?.FailuresInARow ?? 0,
            typeof(IDryRun).IsAssignableFrom(job.Invocable),
            stored?.History ?? []
        );
}
