using Chatalot.Features.Voice;

namespace Chatalot.Features.Tests.Voice;

public sealed class CallBoardTests
{
    private static readonly DateTimeOffset Now = new(2031, 4, 5, 6, 7, 8, TimeSpan.Zero);
    private static readonly Guid Lounge = Guid.NewGuid();
    private static readonly Guid Kitchen = Guid.NewGuid();
    private static readonly Guid Ada = Guid.NewGuid();
    private static readonly Guid Bob = Guid.NewGuid();

    private readonly CallBoard<object> board = new(mostParticipants: 2);
    private readonly object phone = new();
    private readonly object desk = new();

    [Fact]
    public void The_first_starts_the_call_and_the_last_ends_it()
    {
        Join(Ada, phone).ShouldBe([(CallChangeKind.Joined, 1)]);
        Join(Bob, desk).ShouldBe([(CallChangeKind.Joined, 2)]);
        board.SeatOf(Ada)!.Call.ShouldBe(board.SeatOf(Bob)!.Call);

        board.Leave(board.SeatOf(Ada)!).Participants.ShouldBe([Bob]);
        board.Leave(board.SeatOf(Bob)!).Participants.ShouldBeEmpty();
        board.CallCount.ShouldBe(0);
        board.Seats.ShouldBeEmpty();
    }

    [Fact]
    public void The_same_device_and_one_that_comes_back_keep_the_place()
    {
        Join(Ada, phone);
        Join(Ada, phone).ShouldBe([(CallChangeKind.Rejoined, 1)]);
        board.Lose(Ada, phone).ShouldNotBeNull();

        Join(Ada, desk).ShouldBe([(CallChangeKind.Rejoined, 1)]);
        board.SeatOf(Ada)!.Device.ShouldBe(desk);
        board.SeatOf(Ada)!.IsAway.ShouldBeFalse();
        board.Lose(Ada, phone).ShouldBeNull("the old device has no place any more");
    }

    [Fact]
    public void Each_join_that_asks_for_the_sfu_is_a_question_of_its_own_and_one_that_does_not_withdraws_it()
    {
        board.Join(Lounge, Ada, phone, Now, asksForSfu: true);
        board.SeatOf(Ada)!.SfuAsks.ShouldBe(1);
        board.Join(Lounge, Ada, phone, Now, asksForSfu: true);
        board.SeatOf(Ada)!.SfuAsks.ShouldBe(2);

        board.Join(Lounge, Ada, phone, Now);
        board.SeatOf(Ada)!.SfuAsks.ShouldBe(0);
    }

    [Fact]
    public void A_second_device_takes_over_so_that_the_others_connect_to_it()
    {
        Join(Ada, phone);

        Join(Ada, desk).ShouldBe([(CallChangeKind.Displaced, 0), (CallChangeKind.Joined, 1)]);
        board.SeatOf(Ada)!.Device.ShouldBe(desk);
    }

    [Fact]
    public void Joining_another_call_leaves_the_first_one()
    {
        Join(Ada, phone);

        board
            .Join(Kitchen, Ada, phone, Now)
            .Select(change => change.Kind)
            .ShouldBe([CallChangeKind.Left, CallChangeKind.Joined]);
        board.ParticipantsOf(Lounge).ShouldBeEmpty();
        board.ParticipantsOf(Kitchen).ShouldBe([Ada]);
    }

    [Fact]
    public void A_full_call_takes_only_those_who_are_in_it()
    {
        Join(Ada, phone);
        Join(Bob, desk);

        board.IsFullFor(Guid.NewGuid(), Lounge).ShouldBeTrue();
        board.IsFullFor(Ada, Lounge).ShouldBeFalse();
        board.IsFullFor(Guid.NewGuid(), Kitchen).ShouldBeFalse();
    }

    [Fact]
    public void Peers_are_people_of_one_call_by_the_devices_that_take_part()
    {
        Join(Ada, phone);
        Join(Bob, desk);

        board.Peer(Ada, phone, Bob)!.Device.ShouldBe(desk);
        board.Peer(Ada, desk, Bob).ShouldBeNull("another device of hers");
        board.Peer(Ada, phone, Ada).ShouldBeNull();
        board.Join(Kitchen, Bob, desk, Now);
        board.Peer(Ada, phone, Bob).ShouldBeNull("he is in another call");
    }

    private List<(CallChangeKind, int)> Join(Guid user, object device) =>
        [.. board.Join(Lounge, user, device, Now).Select(change => (change.Kind, change.Participants.Count))];
}
