using Chatalot.Shared.Postgres;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Quartz;

namespace Chatalot.Shared.Scheduling;

/// <summary>Quartz's side of a run: finds the job of the trigger and says for which tick it is.</summary>
internal sealed class TickJob(Scheduler scheduler, InvocableRunner runner) : IJob
{
    public const string Due = "due";

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        var due = context.MergedJobDataMap.TryGetValue(Due, out var made) ? (DateTimeOffset)made! : Scheduled(context);
        await runner.RunAsync(scheduler[context.JobDetail.Key.Name], due, cancellationToken);
    }

    private static DateTimeOffset Scheduled(IJobExecutionContext context) =>
        context.ScheduledFireTimeUtc ?? context.FireTimeUtc;
}

/// <summary>Starts the schedule once the server has started, and stops it with the server.</summary>
internal sealed partial class SchedulerService(
    Scheduler schedule,
    JobRuns runs,
    ISchedulerFactory quartz,
    IHostApplicationLifetime lifetime,
    SchedulerOptions options,
    TimeProvider clock,
    ILogger<SchedulerService> logger
) : BackgroundService
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    private Quartz.IScheduler? ticker;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (ticker is null)
            return;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(options.StopTimeout);
        // Cancels the jobs' tokens, waits, and warns of the jobs that it leaves behind.
        await ticker.Shutdown(waitForJobsToComplete: true, patience.Token);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await StartedAsync(stoppingToken);
            var lastRuns = await LastRunsAsync(stoppingToken);
            ticker = await quartz.GetScheduler(stoppingToken);
            foreach (var scheduled in schedule.Events)
            {
                var job = JobBuilder.Create<TickJob>().WithIdentity(scheduled.Job).Build();
                var triggers = TriggersOf(scheduled, lastRuns.GetValueOrDefault(scheduled.Job));
                await ticker.ScheduleJob(job, triggers, cancellationToken: stoppingToken);
            }
            await ticker.Start(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops before its jobs began.
        }
    }

    private List<ITrigger> TriggersOf(ScheduledEvent scheduled, JobRun? lastRun)
    {
        var now = clock.GetUtcNow();
        var ticks = CronScheduleBuilder
            .Create(scheduled.Ticks)
            .WithMisfireInstruction(CronTriggerMisfireInstruction.DoNothing);
        var triggers = new List<ITrigger>
        {
            TriggerBuilder.Create(clock).WithIdentity(scheduled.Job, "tick").WithSchedule(ticks).Build(),
        };

        var catchUp = now + options.CatchUpDelay;
        if (scheduled.RunsAtStart)
            triggers.Add(Once(scheduled, now, due: now));
        else if (scheduled.MissedTick(now, lastRun) is { } missed && !(scheduled.NextTickAfter(now) <= catchUp))
            triggers.Add(Once(scheduled, catchUp, missed));
        return triggers;
    }

    private ITrigger Once(ScheduledEvent scheduled, DateTimeOffset at, DateTimeOffset due) =>
        TriggerBuilder
            .Create(clock)
            .WithIdentity(scheduled.Job, "start")
            .StartAt(at)
            .UsingJobData(TickJob.Due, due)
            .Build();

    /// <summary>Jobs expect the schema and the services that the start of the host prepares.</summary>
    private async Task StartedAsync(CancellationToken stopping)
    {
        var started = new TaskCompletionSource();
        await using var registration = lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        await started.Task.WaitAsync(stopping);
    }

    private async Task<Dictionary<string, JobRun>> LastRunsAsync(CancellationToken stopping)
    {
        var isTold = false;
        while (schedule.Events.Any(e => e.OverlapKey is not null))
        {
            try
            {
                await runs.EnsureSchemaAsync(stopping);
                return await runs.LoadAsync(stopping);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // Without the last runs nothing may start; whatever is in the way, the server goes on without jobs.
                // That the database is away has a line of its own, with the reason.
                if (!isTold)
                    LogWaiting(DatabaseFailure.IsConnectionFailure(e) ? null : e, RetryDelay.TotalSeconds);
                isTold = true;
                await Task.Delay(RetryDelay, clock, stopping);
            }
        }
        return [];
    }

    [LoggerMessage(
        EventName = "JobsWaiting",
        Level = LogLevel.Warning,
        Message = "Jobs cannot start without the database; trying again every {Seconds} s"
    )]
    private partial void LogWaiting(Exception? exception, double seconds);
}
