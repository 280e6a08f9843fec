namespace Chatalot.Shared.Scheduling;

/// <summary>The schedule of this process.</summary>
internal sealed class Scheduler(TimeProvider clock) : IScheduler
{
    private Dictionary<string, ScheduledEvent> events = [];

    public IReadOnlyCollection<ScheduledEvent> Events => events.Values;

    public ScheduledEvent this[string job] => events[job];

    public ScheduledEvent? Find(string job) => events.GetValueOrDefault(job);

    public IScheduleInterval Schedule<T>()
        where T : class, IInvocable
    {
        var scheduled = new ScheduledEvent(typeof(T));
        return events.TryAdd(scheduled.Job, scheduled)
            ? scheduled
            : throw new InvalidOperationException($"{scheduled.Job} is scheduled twice.");
    }

    /// <summary>
    /// The same schedule on the clock of the host, which is known only when the schedule is complete.
    /// </summary>
    public Scheduler On(TimeProvider hostClock) => new(hostClock) { events = events };

    public IReadOnlyList<ScheduleInfo> GetSchedules() =>
        [
            .. Events.Select(e => new ScheduleInfo(
                e.Job,
                e.Ticks.CronExpressionString,
                e.OverlapKey,
                e.NextTickAfter(clock.GetUtcNow())
            )),
        ];
}
