using Chatalot.Features.Messages;

namespace Chatalot.Features.Tests.Messages;

public sealed class MessageClockTests
{
    private readonly ManualClock time = new();

    [Fact]
    public void Ids_and_times_strictly_grow_within_one_instant()
    {
        var clock = new MessageClock(time);
        var messages = Enumerable.Range(0, 5000).Select(_ => clock.Next()).ToList();

        messages.Select(m => m.CreatedAt).Distinct().Count().ShouldBe(5000);
        messages
            .Select(m => m.Id.ToString())
            .ShouldBe(messages.Select(m => m.Id.ToString()).Order(StringComparer.Ordinal));
        messages.ShouldAllBe(m => m.Id.Version == 7 && MessageClock.TimeOf(m.Id) == m.CreatedAt);
    }

    [Fact]
    public void Given_a_clock_that_runs_backwards_Then_ids_still_grow()
    {
        var clock = new MessageClock(time);
        var before = clock.Next();

        time.Advance(TimeSpan.FromHours(-1));
        var after = clock.Next();

        after.CreatedAt.ShouldBeGreaterThan(before.CreatedAt);
        string.CompareOrdinal(after.Id.ToString(), before.Id.ToString()).ShouldBePositive();
    }

    [Fact]
    public void Given_another_process_was_ahead_Then_the_next_id_is_beyond_its_newest()
    {
        var other = new MessageClock(time);
        time.Advance(TimeSpan.FromMinutes(5));
        var (theirs, _) = other.Next();
        time.Advance(TimeSpan.FromMinutes(-5));
        var clock = new MessageClock(time);

        clock.AdvanceBeyond(theirs);

        string.CompareOrdinal(clock.Next().Id.ToString(), theirs.ToString()).ShouldBePositive();
    }

    [Fact]
    public void The_time_comes_back_from_the_id_to_the_microsecond()
    {
        var clock = new MessageClock(time);
        for (var i = 0; i < 1000; i++)
        {
            time.Advance(TimeSpan.FromMicroseconds(1));
            var (id, createdAt) = clock.Next();
            MessageClock.TimeOf(id).ShouldBe(createdAt);
        }
    }
}
