using Chatalot.Shared.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Chatalot.Shared.Scheduling;

/// <summary>Runs a job for one tick. Never throws: what goes wrong is logged and the next tick tries again.</summary>
internal sealed partial class InvocableRunner(
    IServiceScopeFactory scopes,
    IJobLock jobLock,
    JobRuns runs,
    IEnumerable<IJobObserver> observers,
    JobInterruptions interruptions,
    SchedulerOptions options,
    TimeProvider clock,
    ILogger<InvocableRunner> logger,
    DatabaseAvailability? database = null
)
{
    /// <summary>From this many failures in a row on it is no hiccup any more.</summary>
    private const int PersistentFailures = 3;

    public async Task RunAsync(ScheduledEvent scheduled, DateTimeOffset due, CancellationToken stopping)
    {
        if (!scheduled.TryEnter())
        {
            LogStillRunning(scheduled.Job);
            return;
        }
        // An outage is told once, by whoever watches the database, and not by every tick in it.
        if (scheduled.OverlapKey is not null && database is { IsAway: true })
        {
            scheduled.Leave();
            LogNoDatabase(scheduled.Job);
            return;
        }
        try
        {
            if (options.Spread > TimeSpan.Zero)
                await Task.Delay(options.Spread * Random.Shared.NextDouble(), clock, stopping);
            if (!await scheduled.ConditionsHoldAsync())
                return;
            if (scheduled.OverlapKey is { } key)
                await RunAloneAsync(scheduled, key, due, stopping);
            else
                await InvokeAsync(scheduled, isDryRun: false, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The server stops before the run began, or before it was recorded: the next start runs it again.
        }
        catch (Exception e)
        {
            // Whatever it is: a tick that throws would end the job's schedule.
            LogNotRun(e, scheduled.FailsAs, Describe(e), scheduled.Job);
        }
        finally
        {
            scheduled.Leave();
        }
    }

    /// <summary>
    /// Runs a job because somebody asks for it; null when it is running already. Database faults are the caller's.
    /// </summary>
    public async Task<JobRunSummary?> RunNowAsync(ScheduledEvent scheduled, bool isDryRun, CancellationToken stopping)
    {
        if (!scheduled.TryEnter())
            return null;
        try
        {
            await using var held = await jobLock.TryAcquireAsync(scheduled.OverlapKey ?? scheduled.Job, stopping);
            var started = clock.GetUtcNow();
            // A run that people ask for counts as the run of this very moment, later than every tick that has passed.
            if (held is null || (!isDryRun && !await runs.TryStartAsync(scheduled.Job, started, started, stopping)))
                return null;
            var end = await InvokeAsync(scheduled, isDryRun, stopping);
            if (!isDryRun)
                await FinishAsync(scheduled, end);
            return new(started, clock.GetUtcNow(), end.Outcome, end.Items, end.Error, Instance: null);
        }
        finally
        {
            scheduled.Leave();
        }
    }

    private async Task RunAloneAsync(
        ScheduledEvent scheduled,
        string key,
        DateTimeOffset due,
        CancellationToken stopping
    )
    {
        await using var held = await jobLock.TryAcquireAsync(key, stopping);
        if (held is null)
        {
            LogKeyTaken(scheduled.Job, key);
            return;
        }
        if (!await runs.TryStartAsync(scheduled.Job, due, clock.GetUtcNow(), stopping))
        {
            LogAlreadyRun(scheduled.Job, due);
            return;
        }
        var end = await InvokeAsync(scheduled, isDryRun: false, stopping);
        try
        {
            await FinishAsync(scheduled, end);
        }
        catch (Exception e)
        {
            // The work is done, or its failure is told: only the record of it is missing.
            LogNotRecorded(e, scheduled.Job);
        }
    }

    private async Task FinishAsync(ScheduledEvent scheduled, JobEnd end)
    {
        var failures = await runs.FinishAsync(scheduled.Job, clock.GetUtcNow(), end);
        if (failures >= PersistentFailures)
            LogKeepsFailing(scheduled.Job, failures, end.Error);
        foreach (var observer in observers)
            observer.OnFinished(scheduled.Job, end.Outcome == JobOutcome.Succeeded, failures, end.Error);
    }

    private async Task<JobEnd> InvokeAsync(ScheduledEvent scheduled, bool isDryRun, CancellationToken stopping)
    {
        var started = clock.GetTimestamp();
        await using var scope = scopes.CreateAsyncScope();
        var report = scope.ServiceProvider.GetRequiredService<JobReport>();
        report.IsDryRun = isDryRun;
        var outcome = JobOutcome.Succeeded;
        string? error = null;
        try
        {
            var invocable = (IInvocable)scope.ServiceProvider.GetRequiredService(scheduled.Invocable);
            if (invocable is ICancellableInvocable cancellable)
                cancellable.CancellationToken = stopping;
            await invocable.Invoke();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            LogCancelled(scheduled.Job);
            interruptions.Add();
            outcome = JobOutcome.Cancelled;
        }
        catch (Exception e)
        {
            // Jobs are the features' own; what one of them throws must not reach the others.
            (outcome, error) = (JobOutcome.Failed, Describe(e));
            LogFailed(e, report.FailsAs ?? scheduled.FailsAs, error, scheduled.Job);
        }
        var elapsed = clock.GetElapsedTime(started);
        JobMetrics.Record(scheduled.Job, outcome, report.Items, elapsed, clock.GetUtcNow());
        if (outcome == JobOutcome.Succeeded && report.Items == 0)
            LogNothingToDo(scheduled.Job, elapsed.TotalMilliseconds);
        else if (outcome == JobOutcome.Succeeded)
            LogRan(scheduled.Job, report.Items, elapsed.TotalMilliseconds);
        return new(outcome, report.Items, error);
    }

    private static string Describe(Exception exception) =>
        $"{exception.GetType().Name}: {DatabaseFailure.Describe(exception)}";

    [LoggerMessage(
        EventName = "JobRan",
        Level = LogLevel.Debug,
        Message = "{Job} ran, {Items} items, {Milliseconds:0} ms"
    )]
    private partial void LogRan(string job, long items, double milliseconds);

    [LoggerMessage(
        EventName = "JobNothingToDo",
        Level = LogLevel.Debug,
        Message = "{Job} ran, nothing to do, {Milliseconds:0} ms"
    )]
    private partial void LogNothingToDo(string job, double milliseconds);

    [LoggerMessage(
        EventName = "JobFailed",
        Level = LogLevel.Warning,
        Message = "{FailsAs}: {Reason}; {Job} tries again at its next tick"
    )]
    private partial void LogFailed(Exception exception, string failsAs, string reason, string job);

    [LoggerMessage(
        EventName = "JobKeepsFailing",
        Level = LogLevel.Error,
        Message = "{Job} has failed {Failures} times in a row: {Error}"
    )]
    private partial void LogKeepsFailing(string job, int failures, string? error);

    [LoggerMessage(
        EventName = "JobNotRun",
        Level = LogLevel.Warning,
        Message = "{FailsAs}: {Reason}; {Job} could not be run"
    )]
    private partial void LogNotRun(Exception exception, string failsAs, string reason, string job);

    [LoggerMessage(
        EventName = "JobNotRecorded",
        Level = LogLevel.Warning,
        Message = "A run of {Job} could not be recorded"
    )]
    private partial void LogNotRecorded(Exception exception, string job);

    [LoggerMessage(
        EventName = "JobCancelled",
        Level = LogLevel.Information,
        Message = "{Job} was cut off by the stop of the server"
    )]
    private partial void LogCancelled(string job);

    [LoggerMessage(
        EventName = "JobStillRunning",
        Level = LogLevel.Debug,
        Message = "{Job} skips a tick: it still runs"
    )]
    private partial void LogStillRunning(string job);

    [LoggerMessage(
        EventName = "JobWithoutDatabase",
        Level = LogLevel.Debug,
        Message = "{Job} skips a tick: the database is away"
    )]
    private partial void LogNoDatabase(string job);

    [LoggerMessage(EventName = "JobKeyTaken", Level = LogLevel.Debug, Message = "{Job} skips a tick: {Key} is taken")]
    private partial void LogKeyTaken(string job, string key);

    [LoggerMessage(EventName = "JobAlreadyRun", Level = LogLevel.Debug, Message = "{Job} already ran for {Due}")]
    private partial void LogAlreadyRun(string job, DateTimeOffset due);
}
