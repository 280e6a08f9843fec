using Chatalot.Features.Frames;
using Chatalot.Features.Presence;
using static Chatalot.Features.Frames.PresenceStatus;

namespace Chatalot.Features.Tests.Presence;

public sealed class PresenceRulesTests
{
    [Theory]
    [InlineData(null, 0, 0, Offline)]
    [InlineData(Dnd, 0, 0, Offline)]
    [InlineData(null, 1, 1, Online)]
    [InlineData(null, 2, 1, Online)]
    [InlineData(null, 2, 0, Idle)]
    [InlineData(Dnd, 2, 0, Dnd)]
    [InlineData(Invisible, 2, 2, Offline)]
    public void Others_see_the_choice_then_the_liveliest_device(
        PresenceStatus? chosen,
        int devices,
        int active,
        PresenceStatus seen
    ) => PresenceRules.ToOthers(chosen, devices, active).ShouldBe(seen);

    [Theory]
    [InlineData(null, null, Dnd, Dnd)]
    [InlineData(Dnd, Dnd, Invisible, Invisible)]
    [InlineData(null, Online, Offline, Invisible)]
    [InlineData(Dnd, Dnd, Online, null)]
    [InlineData(Invisible, null, Online, null)]
    [InlineData(Dnd, Dnd, Idle, null)]
    [InlineData(Invisible, null, Idle, Invisible)] // a tab that nobody touches
    [InlineData(Invisible, Idle, Online, Invisible)] // and that somebody touches again
    public void The_last_word_wins_unless_a_device_spoke_by_itself(
        PresenceStatus? chosen,
        PresenceStatus? before,
        PresenceStatus now,
        PresenceStatus? after
    ) => PresenceRules.Choose(chosen, before, now).ShouldBe(after);
}
