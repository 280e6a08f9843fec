using Chatalot.Features.Spaces;
using Chatalot.Integration.Tests.Infrastructure;

namespace Chatalot.Integration.Tests.Voice;

/// <summary>
/// Whoever could not join a call now is not in it either: rights that end during a call end the place at once.
/// </summary>
public sealed class CallRightsTests
{
    [Fact]
    public async Task Given_a_participant_When_timed_out_Then_the_place_ends_at_once_and_joining_is_refused_until_it_is_over()
    {
        await using var spaces = await CallCommunity.OpenAsync();
        await using var ada = await spaces.ListenAsync(spaces.Ada);
        await using var bob = await spaces.ListenAsync(spaces.Bob);
        await spaces.JoinAsync(bob);
        await CallRoom.ListOfAsync(ada, 1);

        var timeout = await spaces.Ada.PostAsync(
            $"/communities/{spaces.Community}/channels/{spaces.Channel}/timeout",
            new { user_id = spaces.Bob.Id, duration_seconds = 60 }
        );

        timeout.Status.ShouldBe(200, timeout.Body);
        await ada.NextAsync("user_left_voice");
        (await CallRoom.NextListAsync(ada)).ShouldBeEmpty();
        await bob.NextAsync("kicked_from_voice");
        await spaces.JoinAsync(bob);
        await bob.NextErrorAsync("timed_out");
        spaces.Server.Clock.Advance(TimeSpan.FromSeconds(61));
        await spaces.JoinAsync(bob);
        await CallRoom.ListOfAsync(ada, 1);
    }

    [Fact]
    public async Task Given_a_call_When_the_channel_is_archived_Then_it_is_over_for_everybody()
    {
        await using var room = await CallRoom.OpenAsync(people: 2);
        await using var ada = await room.ListenAsync(0);
        await using var bob = await room.ListenAsync(1);
        await room.JoinAsync(ada);
        await room.JoinAsync(bob);
        await CallRoom.ListOfAsync(ada, 2);

        (await room.People[0].PatchAsync($"/channels/{room.Channel}", new { archived = true })).Status.ShouldBe(200);

        await ada.NextAsync("kicked_from_voice");
        await bob.NextAsync("kicked_from_voice");
        (await CallRoom.ListOfAsync(bob, 0)).ShouldBeEmpty();
        await Eventually.HoldsAsync(async () => await room.PresentAsync() == 0, "the history knows it too");
    }

    [Fact]
    public async Task Given_a_participant_When_banned_from_the_channel_Then_the_place_ends_at_once_and_joining_is_refused()
    {
        await using var room = await CallRoom.OpenAsync(people: 2);
        await using var ada = await room.ListenAsync(0);
        await using var bob = await room.ListenAsync(1);
        await room.JoinAsync(bob);
        await CallRoom.ListOfAsync(ada, 1);

        var ban = await room.People[0].PostAsync($"/channels/{room.Channel}/members/{room.People[1].Id}/ban");

        ban.Status.ShouldBe(200, ban.Body);
        string[] expected = ["member_banned", "user_left_voice", "voice_state_update"];
        CallRoom.Types(await ada.DrainAsync()).Where(expected.Contains).ShouldBe(expected);
        await room.JoinAsync(bob);
        await bob.NextErrorAsync("forbidden");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Given_a_participant_When_suspended_or_the_session_is_revoked_Then_the_place_ends_without_any_grace(
        bool isSuspended
    )
    {
        await using var room = await CallRoom.OpenAsync(
            people: 2,
            change => change.Options = change.Options with { Grace = TimeSpan.FromMinutes(5) }
        );
        var admin = await room.Server.AddPersonAsync("admin", InstanceRole.Admin);
        await using var ada = await room.ListenAsync(0);
        await using var bob = await room.ListenAsync(1);
        await room.JoinAsync(bob);
        await CallRoom.ListOfAsync(ada, 1);

        var end = isSuspended
            ? await admin.PostAsync($"/admin/users/{room.People[1].Id}/suspend", new { reason = "calm" })
            : await room.People[1].DeleteAsync($"/account/sessions/{await SessionAsync(room.People[1])}");

        end.Status.ShouldBe(200, end.Body);
        await ada.NextAsync("user_left_voice");
        (await CallRoom.NextListAsync(ada)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Given_a_call_between_two_When_one_blocks_the_other_Then_it_is_over_for_both()
    {
        await using var spaces = await CallCommunity.OpenAsync();
        var direct = (await spaces.Ada.PostAsync("/dms", new { target_user_id = spaces.Bob.Id })).Json;
        var channel = direct.GetProperty("channel").GetProperty("id").GetGuid();
        await using var ada = await spaces.ListenAsync(spaces.Ada, channel);
        await using var bob = await spaces.ListenAsync(spaces.Bob, channel);
        await spaces.JoinAsync(ada, channel);
        await spaces.JoinAsync(bob, channel);
        await CallRoom.ListOfAsync(ada, 2);

        (await spaces.Bob.PostAsync("/users/block", new { user_id = spaces.Ada.Id })).ShouldBeEmpty();

        await ada.NextAsync("kicked_from_voice");
        await bob.NextAsync("kicked_from_voice");
        await spaces.JoinAsync(ada, channel);
        await ada.NextErrorAsync("blocked");
    }

    [Fact]
    public async Task Given_somebody_who_calls_When_the_person_who_is_called_blocks_them_Then_the_call_is_over()
    {
        await using var spaces = await CallCommunity.OpenAsync();
        var direct = (await spaces.Ada.PostAsync("/dms", new { target_user_id = spaces.Bob.Id })).Json;
        var channel = direct.GetProperty("channel").GetProperty("id").GetGuid();
        await using var ada = await spaces.ListenAsync(spaces.Ada, channel);
        await using var bob = await spaces.ListenAsync(spaces.Bob, channel);
        await spaces.JoinAsync(ada, channel);
        await CallRoom.ListOfAsync(bob, 1);

        (await spaces.Bob.PostAsync("/users/block", new { user_id = spaces.Ada.Id })).ShouldBeEmpty();

        await ada.NextAsync("kicked_from_voice");
        await CallRoom.ListOfAsync(bob, 0);
    }

    private static async Task<Guid> SessionAsync(Person person) =>
        (await person.GetAsync("/account/sessions")).Rows.Single().GetProperty("id").GetGuid();
}
