using Chatalot.Features.Spaces;
using Chatalot.Features.Voice;
using Chatalot.Integration.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Integration.Tests.Voice;

/// <summary>The ways out of a call: nobody stays behind as a ghost.</summary>
public sealed class CallEndTests
{
    [Fact]
    public async Task Given_a_cut_line_When_the_user_does_not_come_back_Then_they_have_left_after_the_grace()
    {
        await using var room = await CallRoom.OpenAsync(people: 2);
        await using var bob = await room.ListenAsync(1);
        var ada = await room.ListenAsync(0);
        await using var otherTab = await room.ListenAsync(0);
        await room.JoinAsync(ada);
        await CallRoom.ListOfAsync(bob, 1);

        await ada.DisposeAsync();

        await bob.NextAsync("user_left_voice");
        (await CallRoom.NextListAsync(bob)).ShouldBeEmpty("another tab of hers does not keep her in the call");
        await Eventually.HoldsAsync(async () => await room.PresentAsync() == 0, "the database knows it too");
    }

    [Fact]
    public async Task Given_a_cut_line_When_the_user_comes_back_in_time_Then_nobody_hears_that_they_were_gone()
    {
        await using var room = await CallRoom.OpenAsync(
            people: 2,
            change => change.Options = change.Options with { Grace = TimeSpan.FromSeconds(2) }
        );
        await using var bob = await room.ListenAsync(1);
        await room.JoinAsync(bob);
        var ada = await room.ListenAsync(0);
        await room.JoinAsync(ada);
        await CallRoom.ListOfAsync(bob, 2);

        await ada.DisposeAsync();
        await using var back = await room.People[0].ConnectAsync();
        await Eventually.HoldsAsync(
            async () =>
            {
                await room.JoinAsync(back);
                return CallRoom.Types(await back.DrainAsync()) is ["voice_state_update"];
            },
            "she is back on a new socket"
        );
        await CallRoom.OfferAsync(bob, room.People[0]);
        await back.NextAsync("rtc_offer");

        var heard = CallRoom.Types(await bob.DrainAsync());
        if (heard.Contains("user_left_voice"))
            heard.ShouldContain("user_joined_voice", "the old line was still there: a second device took over");
        await Eventually.HoldsAsync(async () => await room.PresentAsync() == 2, "both are there");
    }

    [Fact]
    public async Task Given_a_call_by_one_device_When_another_joins_Then_the_first_hangs_up_and_the_others_reconnect()
    {
        await using var room = await CallRoom.OpenAsync(people: 2);
        await using var bob = await room.ListenAsync(1);
        await room.JoinAsync(bob);
        await using var phone = await room.People[0].ConnectAsync();
        await room.JoinAsync(phone);
        await CallRoom.ListOfAsync(bob, 2);
        await using var desk = await room.People[0].ConnectAsync();

        await room.JoinAsync(desk);

        var kicked = await phone.NextAsync("kicked_from_voice");
        kicked.GetProperty("user_id").GetGuid().ShouldBe(room.People[0].Id);
        await room.LeaveAsync(phone);
        await phone.DrainAsync();
        CallRoom
            .Types(await bob.DrainAsync())
            .ShouldBe(["user_left_voice", "voice_state_update", "user_joined_voice", "voice_state_update"]);
        await CallRoom.OfferAsync(bob, room.People[0]);
        await desk.NextAsync("rtc_offer");
        (await phone.DrainAsync()).ShouldBeEmpty("signals go to the device in the call alone");
    }

    [Fact]
    public async Task Given_a_participant_When_a_moderator_kicks_Then_all_hear_it_and_coming_back_at_once_is_refused()
    {
        await using var room = await CallRoom.OpenAsync(people: 3);
        await using var owner = await room.ListenAsync(0);
        await using var bob = await room.People[1].ConnectAsync();
        await using var cy = await room.ListenAsync(2);
        await room.JoinAsync(bob);
        await CallRoom.ListOfAsync(owner, 1);

        await KickAsync(cy, room, 1);
        (await cy.NextErrorAsync("forbidden"))
            .GetProperty("message")
            .GetString()
            .ShouldBe("insufficient permissions to kick from voice");
        await KickAsync(owner, room, 1);

        CallRoom
            .Types(await owner.DrainAsync())
            .ShouldBe(["kicked_from_voice", "user_left_voice", "voice_state_update"]);
        (await bob.NextAsync("kicked_from_voice")).GetProperty("kicked_by").GetGuid().ShouldBe(room.People[0].Id);
        await room.JoinAsync(bob);
        await bob.NextErrorAsync("forbidden");
        await KickAsync(owner, room, 1);
        (await owner.DrainAsync()).ShouldBeEmpty("he is not in the call");
        await KickAsync(owner, room, 0);
        await owner.NextErrorAsync("forbidden");
        room.Server.Clock.Advance(TimeSpan.FromSeconds(31));
        await room.JoinAsync(bob);
        await CallRoom.ListOfAsync(bob, 1);
    }

    [Fact]
    public async Task Given_instance_admins_When_they_kick_Then_levels_of_both_count()
    {
        await using var room = await CallRoom.OpenAsync(people: 1);
        var admin = await room.Server.AddPersonAsync("admin", InstanceRole.Admin);
        await using var owner = await room.ListenAsync(0);
        await room.JoinAsync(owner);
        await CallRoom.ListOfAsync(owner, 1);
        await using var kicker = await admin.ConnectAsync();

        await KickAsync(kicker, room, 0);

        await owner.NextAsync("kicked_from_voice");
        await kicker.SendAsync(
            new
            {
                type = "kick_from_voice",
                channel_id = Guid.NewGuid(),
                user_id = Guid.NewGuid(),
            }
        );
        await kicker.NextErrorAsync("forbidden");
    }

    [Fact]
    public async Task Given_somebody_who_is_no_member_When_a_moderator_kicks_them_Then_it_is_refused()
    {
        await using var room = await CallRoom.OpenAsync(people: 1);
        var stranger = await room.Server.AddPersonAsync("stranger");
        await using var owner = await room.ListenAsync(0);
        await using var admin = await (await room.Server.AddPersonAsync("admin", InstanceRole.Admin)).ConnectAsync();
        var kick = new
        {
            type = "kick_from_voice",
            channel_id = room.Channel,
            user_id = stranger.Id,
        };

        await owner.SendAsync(kick);
        var refusal = await owner.NextErrorAsync("forbidden");
        await admin.SendAsync(kick);

        refusal.GetProperty("message").GetString().ShouldBe("insufficient permissions to kick from voice");
        CallRoom.Types(await admin.DrainAsync()).ShouldNotContain("error");
    }

    [Fact]
    public async Task Given_a_participant_When_the_membership_ends_Then_the_place_does_and_the_client_hangs_up()
    {
        await using var room = await CallRoom.OpenAsync(people: 2);
        await using var ada = await room.ListenAsync(0);
        await using var bob = await room.ListenAsync(1);
        await room.JoinAsync(bob);
        await CallRoom.ListOfAsync(ada, 1);

        (await room.People[1].PostAsync($"/channels/{room.Channel}/leave")).ShouldBeEmpty();

        CallRoom
            .Types(await ada.DrainAsync())
            .Where(type => type.Contains("voice") || type.Contains("rotation"))
            .ShouldBe(["user_left_voice", "voice_state_update", "sender_key_rotation_required"]);
        await bob.NextAsync("kicked_from_voice");
        await room.JoinAsync(bob);
        await bob.NextErrorAsync("forbidden");
        await Eventually.HoldsAsync(async () => await room.PresentAsync() == 0, "the history knows it too");
    }

    [Fact]
    public async Task Given_a_participant_When_kicked_from_the_channel_Then_all_is_told_in_the_order_of_the_contract()
    {
        await using var room = await CallRoom.OpenAsync(people: 2);
        await using var ada = await room.ListenAsync(0);
        await using var bob = await room.ListenAsync(1);
        await room.JoinAsync(bob);
        await CallRoom.ListOfAsync(ada, 1);
        await bob.DrainAsync();

        var kick = await room.People[0].PostAsync($"/channels/{room.Channel}/members/{room.People[1].Id}/kick");

        kick.Status.ShouldBe(200, kick.Body);
        string[] expected = ["member_kicked", "user_left_voice", "voice_state_update", "sender_key_rotation_required"];
        CallRoom.Types(await ada.DrainAsync()).Where(expected.Contains).ShouldBe(expected);
        CallRoom.Types(await bob.DrainAsync()).Where(expected.Contains).ShouldBe(["member_kicked"]);
    }

    [Fact]
    public async Task Given_a_participant_When_the_channel_is_deleted_Then_the_call_is_over_and_the_client_hangs_up()
    {
        await using var room = await CallRoom.OpenAsync(people: 1);
        await using var ada = await room.ListenAsync(0);
        await room.JoinAsync(ada);
        await CallRoom.ListOfAsync(ada, 1);

        (await room.People[0].DeleteAsync($"/channels/{room.Channel}")).Status.ShouldBe(200);

        await ada.NextAsync("kicked_from_voice");
    }

    [Fact]
    public async Task Given_a_participant_When_the_login_is_ended_Then_the_place_is_given_up_at_once()
    {
        await using var room = await CallRoom.OpenAsync(
            people: 2,
            change => change.Options = change.Options with { Grace = TimeSpan.FromMinutes(5) }
        );
        await using var ada = await room.ListenAsync(0);
        await using var bob = await room.ListenAsync(1);
        await room.JoinAsync(bob);
        await CallRoom.ListOfAsync(ada, 1);

        (await room.People[1].PostAsync("/account/logout-all")).Status.ShouldBe(200);

        (await CallRoom.NextListAsync(ada)).ShouldBeEmpty();
    }

    [Fact]
    public async Task J7_Given_a_call_of_a_process_that_died_When_another_starts_Then_it_is_ended_when_it_was_last_seen()
    {
        await using var room = await CallRoom.OpenAsync(people: 1);
        var (person, dead) = (room.People[0].Id, Guid.NewGuid());
        await room.Server.ExecuteAsync(
            $"""
            insert into voice_sessions (id, channel_id, started_by, started_at, process_id, seen_at)
            values ('{dead}', '{room.Channel}', '{person}', now() - interval '1 hour', gen_random_uuid(),
                    now() - interval '10 minutes');
            insert into voice_participants (session_id, user_id, joined_at)
            values ('{dead}', '{person}', now() - interval '1 hour')
            """
        );

        await using var scope = room.Server.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<EndOrphanedCalls>().Invoke();

        var call = (await room.People[0].GetAsync($"/channels/{room.Channel}/calls")).Rows.ShouldHaveSingleItem();
        call.GetProperty("ended_at").GetDateTimeOffset().ShouldBeLessThan(DateTimeOffset.UtcNow.AddMinutes(-9));
        call.GetProperty("participants")[0]
            .GetProperty("left_at")
            .GetDateTimeOffset()
            .ShouldBe(call.GetProperty("ended_at").GetDateTimeOffset());
    }

    private static Task KickAsync(TestSocket socket, CallRoom room, int person) =>
        socket.SendAsync(
            new
            {
                type = "kick_from_voice",
                channel_id = room.Channel,
                user_id = room.People[person].Id,
            }
        );
}
