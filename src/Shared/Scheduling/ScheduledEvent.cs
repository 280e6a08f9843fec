using System.Globalization;
using System.Reflection;
using Quartz;

namespace Chatalot.Shared.Scheduling;

/// <summary>One job with its ticks and conditions.</summary>
internal sealed class ScheduledEvent(Type invocable) : IScheduleInterval, IScheduledEventConfiguration
{
    private readonly List<Func<Task<bool>>> conditions = [];
    private CronExpression? ticks;
    private int isRunning;

    public Type Invocable { get; } = invocable;
    public string Job => Invocable.Name;

    /// <summary>What the log says when a run fails.</summary>
    public string FailsAs { get; } =
        invocable.GetCustomAttribute<FailsAsAttribute>()?.Words ?? $"{invocable.Name} failed";

    public string? OverlapKey { get; private set; }
    public bool RunsAtStart { get; private set; }

    /// <exception cref="InvalidOperationException">Nothing says how often the job runs.</exception>
    public CronExpression Ticks =>
        ticks ?? throw new InvalidOperationException($"{Job} is scheduled, but nothing says how often it runs.");

    public IScheduledEventConfiguration EverySeconds(int seconds)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(seconds, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(seconds, 59);
        return At($"0/{seconds} * * * * ?");
    }

    public IScheduledEventConfiguration EveryThirtySeconds() => At($"0/30 * * * * ?");

    public IScheduledEventConfiguration EveryMinute() => At($"0 * * * * ?");

    public IScheduledEventConfiguration EveryFiveMinutes() => At($"0 0/5 * * * ?");

    public IScheduledEventConfiguration EveryTenMinutes() => At($"0 0/10 * * * ?");

    public IScheduledEventConfiguration Hourly() => At($"0 0 * * * ?");

    public IScheduledEventConfiguration Daily() => DailyAt(0, 0);

    public IScheduledEventConfiguration DailyAt(int hour, int minute) => At($"0 {minute} {hour} * * ?");

    public IScheduledEventConfiguration Cron(string cronExpression) =>
        At(CronExpression.Parse(cronExpression, CronFormat.Unix));

    public IScheduledEventConfiguration PreventOverlapping(string? key = null)
    {
        OverlapKey = key ?? Job;
        return this;
    }

    public IScheduledEventConfiguration RunOnceAtStart()
    {
        RunsAtStart = true;
        return this;
    }

    public IScheduledEventConfiguration When(Func<Task<bool>> predicate)
    {
        conditions.Add(predicate);
        return this;
    }

    public DateTimeOffset? NextTickAfter(DateTimeOffset time) => Ticks.GetNextValidTimeAfter(time);

    /// <summary>
    /// The tick that no process ran, as far as the last run tells: it came later than that run, or that run was cut off
    /// by the end of its server. A job that has never run has missed its latest tick too, or a server that is never up
    /// at midnight would never run it.
    /// </summary>
    public DateTimeOffset? MissedTick(DateTimeOffset now, JobRun? lastRun)
    {
        if (OverlapKey is null || Ticks.GetPreviousValidTimeBefore(now) is not { } latest)
            return null;
        return lastRun is null || lastRun.StartedAt < latest || lastRun.Outcome == JobOutcome.Cancelled ? latest : null;
    }

    public async Task<bool> ConditionsHoldAsync()
    {
        foreach (var condition in conditions)
        {
            if (!await condition())
                return false;
        }
        return true;
    }

    /// <summary>False: the job is running in this process. True: it counts as running until <see cref="Leave"/>.</summary>
    public bool TryEnter() => Interlocked.Exchange(ref isRunning, 1) == 0;

    public void Leave() => Volatile.Write(ref isRunning, 0);

    private ScheduledEvent At(FormattableString expression) =>
        At(new CronExpression(expression.ToString(CultureInfo.InvariantCulture)));

    private ScheduledEvent At(CronExpression expression)
    {
        ticks = expression.WithTimeZone(TimeZoneInfo.Utc);
        return this;
    }
}
