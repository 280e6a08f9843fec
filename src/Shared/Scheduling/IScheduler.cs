namespace Chatalot.Shared.Scheduling;

/// <summary>
/// Says which job runs when. All times are UTC, ticks lie on the clock (every minute means at second 0), and a tick
/// that was missed is skipped. In one process a job never runs beside itself.
/// </summary>
public interface IScheduler
{
    /// <summary>Schedules a job under its type's name. Each type once.</summary>
    IScheduleInterval Schedule<T>()
        where T : class, IInvocable;

    /// <summary>What runs when, in the order of scheduling.</summary>
    IReadOnlyList<ScheduleInfo> GetSchedules();
}

/// <summary>How often a job runs.</summary>
public interface IScheduleInterval
{
    /// <summary>At the seconds of each minute that are multiples of this; 1 to 59.</summary>
    IScheduledEventConfiguration EverySeconds(int seconds);

    /// <summary>At seconds 0 and 30.</summary>
    IScheduledEventConfiguration EveryThirtySeconds();

    /// <summary>At second 0.</summary>
    IScheduledEventConfiguration EveryMinute();

    /// <summary>At minutes 0, 5, 10, ...</summary>
    IScheduledEventConfiguration EveryFiveMinutes();

    /// <summary>At minutes 0, 10, 20, ...</summary>
    IScheduledEventConfiguration EveryTenMinutes();

    /// <summary>At minute 0.</summary>
    IScheduledEventConfiguration Hourly();

    /// <summary>At midnight UTC.</summary>
    IScheduledEventConfiguration Daily();

    /// <summary>At this time of day, UTC.</summary>
    IScheduledEventConfiguration DailyAt(int hour, int minute);

    /// <summary>As crontab has it: minute, hour, day of month, month, day of week.</summary>
    /// <exception cref="FormatException">The expression is not one.</exception>
    IScheduledEventConfiguration Cron(string cronExpression);
}

/// <summary>Under which conditions a job runs.</summary>
public interface IScheduledEventConfiguration
{
    /// <summary>
    /// Makes the job one for all server processes on the database; without this each process runs it for itself. Of
    /// all jobs with the same key at most one runs at a time; of the processes one runs the job at each tick. Its last
    /// run is kept in the table <c>scheduled_job_runs</c>, and a tick that passed while no server ran is made up for
    /// once, soon after the start.
    /// </summary>
    /// <param name="key">Null: the job's name.</param>
    IScheduledEventConfiguration PreventOverlapping(string? key = null);

    /// <summary>Also runs as soon as the server has started.</summary>
    IScheduledEventConfiguration RunOnceAtStart();

    /// <summary>Runs only at ticks for which this holds. Several conditions must all hold.</summary>
    IScheduledEventConfiguration When(Func<Task<bool>> predicate);
}

/// <summary>One job of the schedule.</summary>
/// <param name="Job">The job's name.</param>
/// <param name="Expression">Its ticks as a cron expression with seconds first.</param>
/// <param name="OverlapKey">What it excludes over all processes; null: each process runs it for itself.</param>
/// <param name="NextRunAt">Its next tick; null: none will come.</param>
public sealed record ScheduleInfo(string Job, string Expression, string? OverlapKey, DateTimeOffset? NextRunAt);
