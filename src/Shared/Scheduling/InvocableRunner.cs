using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Chatalot.Shared.Scheduling;

/// <summary>Runs a job for one tick. Never throws: what goes wrong is logged and the next tick tries again.</summary>
internal sealed partial class InvocableRunner(
    IServiceScopeFactory scopes,
    IJobLock jobLock,
    JobRuns runs,
    TimeProvider clock,
    ILogger<InvocableRunner> logger
)
{
    public async Task RunAsync(ScheduledEvent scheduled, DateTimeOffset due, CancellationToken stopping)
    {
        if (!scheduled.TryEnter())
        {
            LogStillRunning(scheduled.Job);
            return;
        }
        try
        {
            if (!await scheduled.ConditionsHoldAsync())
                return;
            if (scheduled.OverlapKey is { } key)
                await RunAloneAsync(scheduled, key, due, stopping);
            else
                await InvokeAsync(scheduled, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            LogCancelled(scheduled.Job);
        }
        catch (Exception e)
        {
            LogNotRun(e, scheduled.Job);
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
        var (outcome, error) = await InvokeAsync(scheduled, stopping);
        await runs.FinishAsync(scheduled.Job, clock.GetUtcNow(), outcome, error);
    }

    private async Task<(string Outcome, string? Error)> InvokeAsync(
        ScheduledEvent scheduled,
        CancellationToken stopping
    )
    {
        var started = clock.GetTimestamp();
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var invocable = (IInvocable)scope.ServiceProvider.GetRequiredService(scheduled.Invocable);
            if (invocable is ICancellableInvocable cancellable)
                cancellable.CancellationToken = stopping;
            await invocable.Invoke();
            var elapsed = clock.GetElapsedTime(started);
            LogRan(scheduled.Job, elapsed.TotalMilliseconds);
            return (JobOutcome.Succeeded, null);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            LogCancelled(scheduled.Job);
            return (JobOutcome.Cancelled, null);
        }
        catch (Exception e)
        {
            LogFailed(e, scheduled.Job);
            return (JobOutcome.Failed, $"{e.GetType().Name}: {e.Message}");
        }
    }

    [LoggerMessage(EventName = "JobRan", Level = LogLevel.Debug, Message = "{Job} ran, {Milliseconds:0} ms")]
    private partial void LogRan(string job, double milliseconds);

    [LoggerMessage(
        EventName = "JobFailed",
        Level = LogLevel.Warning,
        Message = "{Job} failed; its next tick tries again"
    )]
    private partial void LogFailed(Exception exception, string job);

    [LoggerMessage(EventName = "JobNotRun", Level = LogLevel.Warning, Message = "{Job} could not be run or recorded")]
    private partial void LogNotRun(Exception exception, string job);

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

    [LoggerMessage(EventName = "JobKeyTaken", Level = LogLevel.Debug, Message = "{Job} skips a tick: {Key} is taken")]
    private partial void LogKeyTaken(string job, string key);

    [LoggerMessage(EventName = "JobAlreadyRun", Level = LogLevel.Debug, Message = "{Job} already ran for {Due}")]
    private partial void LogAlreadyRun(string job, DateTimeOffset due);
}
