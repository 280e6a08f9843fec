using Chatalot.Features.Presence;

namespace Chatalot.Features.Tests.Presence;

public sealed class PresenceSignalTests
{
    private static readonly Guid Process = Guid.Parse("0190c3f2-7a11-7c5e-9b0a-52d1b8f0aa01");

    [Fact]
    public void Given_thousands_of_people_Then_they_go_in_parts_that_fit_and_arrive_whole()
    {
        var states = Enumerable
            .Range(0, 5000)
            .Select(i => (Guid.CreateVersion7(), (DeviceState)(1 + (i % 2))))
            .ToList();

        var words = PresenceSignal.Everybody(Process, states).Select(signal => signal.ToString()).ToList();

        words.ShouldAllBe(word => word.Length < 8000);
        var heard = words.ConvertAll(word => PresenceSignal.TryParse(word)!);
        heard.SelectMany(signal => signal.States).ShouldBe(states);
        heard.Select(signal => signal.Part).ShouldBe(Enumerable.Range(1, words.Count));
        heard.ShouldAllBe(signal => signal.Parts == words.Count && signal.Process == Process);
    }

    [Fact]
    public void Given_nobody_Then_a_whole_picture_is_one_part_and_changes_are_nothing()
    {
        var word = PresenceSignal.Everybody(Process, []).ShouldHaveSingleItem().ToString();

        word.ShouldBe("all 0190c3f27a117c5e9b0a52d1b8f0aa01 1/1");
        PresenceSignal.TryParse(word)!.States.ShouldBeEmpty();
        PresenceSignal.Changes(Process, [], []).ShouldBeEmpty();
    }

    [Fact]
    public void Given_changes_Then_states_and_choices_arrive()
    {
        var (one, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());

        var heard = PresenceSignal
            .Changes(Process, [(one, DeviceState.None)], [other])
            .Select(signal => PresenceSignal.TryParse(signal.ToString())!)
            .ToList();

        heard.SelectMany(signal => signal.States).ShouldBe([(one, DeviceState.None)]);
        heard.SelectMany(signal => signal.Chosen).ShouldBe([other]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("all")]
    [InlineData("shout 0190c3f27a117c5e9b0a52d1b8f0aa01 0/0")]
    [InlineData("some nobody 0/0")]
    [InlineData("some 0190c3f27a117c5e9b0a52d1b8f0aa01 0")]
    [InlineData("some 0190c3f27a117c5e9b0a52d1b8f0aa01 -1/0")]
    [InlineData("some 0190c3f27a117c5e9b0a52d1b8f0aa01 0/0 0190c3f27a117c5e9b0a52d1b8f0aa01")]
    [InlineData("some 0190c3f27a117c5e9b0a52d1b8f0aa01 0/0 0190c3f27a117c5e9b0a52d1b8f0aa01z")]
    [InlineData("some 0190c3f27a117c5e9b0a52d1b8f0aa01 0/0 ")]
    public void Given_what_no_process_says_Then_it_is_no_signal(string text) =>
        PresenceSignal.TryParse(text).ShouldBeNull();
}
