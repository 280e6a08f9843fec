using Chatalot.Shared.Realtime;

namespace Chatalot.Features.Tests.Realtime;

public sealed class FramePaceTests
{
    private readonly ManualClock clock = new();

    [Fact]
    public void A_burst_passes_without_a_pause()
    {
        var pace = new FramePace(new RealtimeOptions { FrameBurst = 60 }, clock);

        Enumerable.Range(0, 60).ShouldAllBe(_ => pace.Take() == FramePace.Verdict.Pass);

        pace.Take().ShouldBe(FramePace.Verdict.Wait);
        pace.Delay.TotalMilliseconds.ShouldBe(100, tolerance: 1);
    }

    [Fact]
    public void A_client_at_the_allowed_rate_is_never_refused()
    {
        var pace = new FramePace(new RealtimeOptions { FrameBurst = 5, FramesPerSecond = 10 }, clock);

        for (var frame = 0; frame < 10_000; frame++)
        {
            pace.Take().ShouldBe(FramePace.Verdict.Pass);
            clock.Advance(TimeSpan.FromMilliseconds(100));
        }
    }

    [Fact]
    public void Given_a_flood_Then_it_is_slowed_down_then_refused_once_a_second_then_closed()
    {
        var pace = new FramePace(new RealtimeOptions { FrameBurst = 60, FramesPerSecond = 10 }, clock);
        var verdicts = new List<FramePace.Verdict>();
        var started = clock.GetUtcNow();
        while (verdicts.LastOrDefault() != FramePace.Verdict.Close && verdicts.Count < 100_000)
        {
            verdicts.Add(pace.Take());
            clock.Advance(verdicts[^1] == FramePace.Verdict.Wait ? pace.Delay : TimeSpan.FromMilliseconds(1));
        }

        verdicts.Take(60).ShouldAllBe(verdict => verdict == FramePace.Verdict.Pass);
        verdicts[^1].ShouldBe(FramePace.Verdict.Close);
        verdicts.Skip(60).Take(500).ShouldAllBe(verdict => verdict == FramePace.Verdict.Wait);
        var seconds = (clock.GetUtcNow() - started).TotalSeconds;
        seconds.ShouldBeInRange(FramePace.Patience.TotalSeconds, FramePace.LastPatience.TotalSeconds + 2);
        verdicts.Count(verdict => verdict == FramePace.Verdict.Refuse).ShouldBeInRange(1, (int)seconds);
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(60, 0)]
    public void Given_no_limit_Then_everything_passes(int burst, double perSecond)
    {
        var pace = new FramePace(new RealtimeOptions { FrameBurst = burst, FramesPerSecond = perSecond }, clock);

        Enumerable.Range(0, 10_000).ShouldAllBe(_ => pace.Take() == FramePace.Verdict.Pass);
    }
}
