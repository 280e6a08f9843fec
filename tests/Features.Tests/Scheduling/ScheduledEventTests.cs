using Chatalot.Shared.Scheduling;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Features.Tests.Scheduling;

public sealed class ScheduledEventTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 29, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<
        string,
        Func<IScheduleInterval, IScheduledEventConfiguration>,
        string,
        string
    > Words { get; } =
        new()
        {
            { "EverySeconds", s => s.EverySeconds(20), "12:34:56", "12:35:00" },
            { "EverySeconds", s => s.EverySeconds(20), "12:35:00", "12:35:20" },
            { "EveryThirtySeconds", s => s.EveryThirtySeconds(), "12:34:10", "12:34:30" },
            { "EveryMinute", s => s.EveryMinute(), "12:34:56", "12:35:00" },
            { "EveryFiveMinutes", s => s.EveryFiveMinutes(), "12:34:56", "12:35:00" },
            { "EveryTenMinutes", s => s.EveryTenMinutes(), "12:34:56", "12:40:00" },
            { "Hourly", s => s.Hourly(), "12:34:56", "13:00:00" },
            { "Daily", s => s.Daily(), "12:34:56", "1.00:00:00" },
            { "DailyAt", s => s.DailyAt(3, 30), "12:34:56", "1.03:30:00" },
            { "DailyAt", s => s.DailyAt(3, 30), "01:00:00", "03:30:00" },
            { "Cron", s => s.Cron("15 */6 * * *"), "12:34:56", "18:15:00" },
        };

    [Theory]
    [MemberData(nameof(Words))]
    public void Ticks_lie_on_the_clock_in_utc(
        string word,
        Func<IScheduleInterval, IScheduledEventConfiguration> schedule,
        string now,
        string expected
    )
    {
        // The night of a change to summer time in most of Europe, which must not matter.
        var day = new DateTimeOffset(2026, 3, 28, 0, 0, 0, TimeSpan.Zero);
        var scheduled = new ScheduledEvent(typeof(Sweep));
        schedule(scheduled);

        scheduled.NextTickAfter(day + Time(now)).ShouldBe(day + Time(expected), word);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    public void Seconds_fit_into_a_minute(int seconds) =>
        Should.Throw<ArgumentOutOfRangeException>(() => new ScheduledEvent(typeof(Sweep)).EverySeconds(seconds));

    [Theory]
    [InlineData("every day")]
    [InlineData("61 * * * *")]
    public void A_wrong_cron_expression_fails_at_once(string expression) =>
        Should.Throw<FormatException>(() => new ScheduledEvent(typeof(Sweep)).Cron(expression));

    [Fact]
    public void A_tick_is_missed_when_the_last_run_is_older_or_was_cut_off()
    {
        var daily = new ScheduledEvent(typeof(Sweep));
        daily.Daily().PreventOverlapping();

        daily.MissedTick(Noon, null).ShouldBe(Noon - TimeSpan.FromHours(12));
        daily.MissedTick(Noon, new(Noon.AddHours(-13), JobOutcome.Succeeded)).ShouldBe(Noon.AddHours(-12));
        daily.MissedTick(Noon, new(Noon.AddHours(-12), JobOutcome.Succeeded)).ShouldBeNull();
        daily.MissedTick(Noon, new(Noon.AddHours(-12), JobOutcome.Failed)).ShouldBeNull();
        daily.MissedTick(Noon, new(Noon.AddHours(-12), JobOutcome.Running)).ShouldBeNull();
        daily.MissedTick(Noon, new(Noon.AddHours(-12), JobOutcome.Cancelled)).ShouldBe(Noon.AddHours(-12));
    }

    [Fact]
    public void A_job_that_each_process_runs_for_itself_misses_nothing()
    {
        var daily = new ScheduledEvent(typeof(Sweep));
        daily.Daily();

        daily.MissedTick(Noon, null).ShouldBeNull();
    }

    [Fact]
    public void The_schedule_lists_what_runs_when()
    {
        var services = new ServiceCollection().AddSingleton<TimeProvider>(new StoppedClock(Noon));
        services.AddScheduler(s =>
        {
            s.Schedule<Sweep>().DailyAt(3, 0).PreventOverlapping();
            s.Schedule<Polish>().EveryMinute().PreventOverlapping("floor");
        });
        using var provider = services.BuildServiceProvider();

        provider
            .GetRequiredService<IScheduler>()
            .GetSchedules()
            .ShouldBe([
                new("Sweep", "0 0 3 * * ?", "Sweep", Noon.AddHours(15)),
                new("Polish", "0 * * * * ?", "floor", Noon.AddMinutes(1)),
            ]);
    }

    [Fact]
    public void Mistakes_in_a_schedule_fail_at_start()
    {
        var services = new ServiceCollection();

        Should
            .Throw<InvalidOperationException>(() => services.AddScheduler(s => s.Schedule<Sweep>()))
            .Message.ShouldContain("nothing says how often");
        Should
            .Throw<InvalidOperationException>(() =>
                services.AddScheduler(s =>
                {
                    s.Schedule<Sweep>().Hourly();
                    s.Schedule<Sweep>().Daily();
                })
            )
            .Message.ShouldContain("scheduled twice");
    }

    private static TimeSpan Time(string text) =>
        TimeSpan.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private sealed class Sweep : IInvocable
    {
        public Task Invoke() => Task.CompletedTask;
    }

    private sealed class Polish : IInvocable
    {
        public Task Invoke() => Task.CompletedTask;
    }

    private sealed class StoppedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
