using Chatalot.Features.Auth;

namespace Chatalot.Features.Tests.Auth;

public sealed class LockoutTests
{
    private const int Threshold = 10;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(900);
    private static readonly DateTimeOffset Start = new(2031, 4, 5, 6, 7, 8, TimeSpan.Zero);

    [Fact]
    public void Ten_failures_in_a_row_lock_for_900_seconds()
    {
        var nine = Fail(9, everySeconds: 1);
        nine.LockedFor(nine.LastAt, Threshold, Duration).ShouldBeNull();

        var ten = Fail(10, everySeconds: 1);
        ten.LockedFor(ten.LastAt, Threshold, Duration).ShouldBe(Duration);
        ten.LockedFor(ten.LastAt.AddSeconds(899), Threshold, Duration).ShouldBe(TimeSpan.FromSeconds(1));
        ten.LockedFor(ten.LastAt.AddSeconds(900), Threshold, Duration).ShouldBeNull();
    }

    [Fact]
    public void After_a_lock_counting_starts_afresh()
    {
        var ten = Fail(10, everySeconds: 1);

        ten.After(ten.LastAt.AddSeconds(900), Threshold, Duration).Failures.ShouldBe(1);
    }

    [Fact]
    public void Failures_are_forgotten_one_by_one()
    {
        var five = Fail(5, everySeconds: 0);

        five.After(Start.AddSeconds(89), Threshold, Duration).Failures.ShouldBe(6);
        five.After(Start.AddSeconds(90), Threshold, Duration).Failures.ShouldBe(5);
        five.After(Start.AddSeconds(180), Threshold, Duration).Failures.ShouldBe(4);
        five.After(Start.AddDays(400), Threshold, Duration).Failures.ShouldBe(1);
    }

    [Fact]
    public void Somebody_who_mistypes_now_and_then_is_never_locked()
    {
        var count = Fail(1000, everySeconds: 90);

        count.Failures.ShouldBe(1);
    }

    [Fact]
    public void A_clock_that_went_back_forgets_nothing() =>
        Fail(5, everySeconds: 0).After(Start.AddHours(-1), Threshold, Duration).Failures.ShouldBe(6);

    private static FailureCount Fail(int times, int everySeconds)
    {
        var count = new FailureCount(0, Start);
        for (var i = 0; i < times; i++)
            count = count.After(Start.AddSeconds(i * everySeconds), Threshold, Duration);
        return count;
    }
}
