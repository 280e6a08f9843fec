using Chatalot.Integration.Tests.Infrastructure;

namespace Chatalot.Integration.Tests.Voice;

public sealed class CallTests
{
    [Fact]
    public async Task Given_a_channel_When_two_join_and_leave_Then_all_hear_who_first_and_the_list_after_it()
    {
        await using var room = await CallRoom.OpenAsync(people: 2);
        await using var ada = await room.ListenAsync(0);
        await using var bob = await room.ListenAsync(1);

        await room.JoinAsync(ada);
        CallRoom.Types(await ada.DrainAsync()).ShouldBe(["user_joined_voice", "voice_state_update"]);
        await bob.NextAsync("voice_state_update");
        await room.JoinAsync(bob);
        CallRoom.Types(await bob.DrainAsync()).ShouldBe(["user_joined_voice", "voice_state_update"]);
        (await ada.NextAsync("user_joined_voice")).GetProperty("user_id").GetGuid().ShouldBe(room.People[1].Id);
        (await CallRoom.NextListAsync(ada)).ShouldBe([room.People[0].Id, room.People[1].Id]);

        await room.LeaveAsync(ada);
        CallRoom.Types(await ada.DrainAsync()).ShouldBe(["user_left_voice", "voice_state_update"]);
        await room.LeaveAsync(ada);
        (await ada.DrainAsync()).ShouldBeEmpty("who is not in the call does not leave it");
        await room.LeaveAsync(bob);
        (await CallRoom.ListOfAsync(ada, 0)).ShouldBeEmpty();
        await Eventually.HoldsAsync(async () => await room.PresentAsync() == 0, "nobody is left");
    }

    [Fact]
    public async Task Given_a_socket_without_subscription_When_it_joins_or_rejoins_Then_it_gets_the_list_once_without_a_join()
    {
        await using var room = await CallRoom.OpenAsync(people: 2);
        await using var ada = await room.People[0].ConnectAsync();
        await using var bob = await room.ListenAsync(1);

        await room.JoinAsync(ada);
        CallRoom.Types(await ada.DrainAsync()).ShouldBe(["voice_state_update"]);
        await room.JoinAsync(ada);
        CallRoom.Types(await ada.DrainAsync()).ShouldBe(["voice_state_update"]);
        CallRoom
            .Types(await bob.DrainAsync())
            .ShouldBe(["user_joined_voice", "voice_state_update", "voice_state_update"]);
    }

    [Fact]
    public async Task Given_a_running_or_a_past_call_When_somebody_subscribes_Then_they_get_the_list_an_empty_one_too()
    {
        await using var room = await CallRoom.OpenAsync(people: 2);
        await using var ada = await room.ListenAsync(0);
        await using var bob = await room.People[1].ConnectAsync();
        await bob.SendAsync(new { type = "subscribe", channel_ids = new[] { room.Channel } });
        (await bob.DrainAsync()).ShouldBeEmpty("there was no call yet");

        await room.JoinAsync(ada);
        await ada.DrainAsync();
        await using var later = await room.People[1].ConnectAsync();
        await later.SendAsync(new { type = "subscribe", channel_ids = new[] { room.Channel } });
        (await CallRoom.NextListAsync(later)).ShouldBe([room.People[0].Id]);
        await room.LeaveAsync(ada);
        await ada.DrainAsync();
        await using var last = await room.People[1].ConnectAsync();
        await last.SendAsync(new { type = "subscribe", channel_ids = new[] { room.Channel } });
        (await CallRoom.NextListAsync(last)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Given_a_full_call_When_many_want_the_last_places_at_once_Then_exactly_as_many_get_in()
    {
        await using var room = await CallRoom.OpenAsync(
            people: 8,
            change => change.Options = change.Options with { MostParticipants = 5 }
        );
        var sockets = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => room.ListenAsync(i)));

        await Task.WhenAll(sockets.Select(room.JoinAsync));

        var refused = 0;
        foreach (var socket in sockets)
        {
            var frames = await socket.DrainAsync();
            refused += frames.Count(frame =>
                frame.GetProperty("type").GetString() == "error"
                && frame.GetProperty("message").GetString() == "voice channel is full (max 5 participants)"
                && frame.GetProperty("code").GetString() == "voice_full"
            );
        }
        refused.ShouldBe(3);
        await Eventually.HoldsAsync(async () => await room.PresentAsync() == 5, "five are in the call");
        (await room.Server.QueryAsync<long>("select count(*) from voice_sessions")).ShouldBe(1);
        foreach (var socket in sockets)
            await socket.DisposeAsync();
    }

    [Fact]
    public async Task Given_strangers_and_the_timed_out_When_they_join_Then_they_are_refused()
    {
        await using var room = await CallRoom.OpenAsync(people: 1);
        var stranger = await room.Server.AddPersonAsync("stranger");
        await using var socket = await stranger.ConnectAsync();

        await room.JoinAsync(socket);

        var error = await socket.NextErrorAsync("forbidden");
        error.GetProperty("message").GetString().ShouldBe("not a member of this channel");
        (await room.People[0].PatchAsync($"/channels/{room.Channel}", new { archived = true })).Status.ShouldBe(200);
        await using var ada = await room.ListenAsync(0);
        await room.JoinAsync(ada);
        await ada.NextErrorAsync("archived");
    }

    [Fact]
    public async Task Given_joins_without_end_When_the_bucket_is_empty_Then_refused_but_leaving_and_rejoining_are_not()
    {
        await using var room = await CallRoom.OpenAsync(
            people: 1,
            change => change.Options = change.Options with { JoinBurst = 2, JoinsPerSecond = 0.01 }
        );
        await using var ada = await room.ListenAsync(0);

        for (var i = 0; i < 2; i++)
        {
            await room.JoinAsync(ada);
            await room.JoinAsync(ada);
            await room.LeaveAsync(ada);
        }
        CallRoom.Types(await ada.DrainAsync()).ShouldNotContain("error");
        await room.JoinAsync(ada);
        var error = await ada.NextErrorAsync("rate_limited");
        error.GetProperty("message").GetString().ShouldBe("please wait before joining/leaving voice again");
    }

    [Fact]
    public async Task Given_a_call_When_its_user_joins_another_Then_the_first_one_is_left()
    {
        await using var room = await CallRoom.OpenAsync(people: 2);
        var other = (await room.People[0].PostAsync("/channels", new { name = "galley", channel_type = "voice" })).Id;
        await using var ada = await room.People[0].ConnectAsync();
        await using var bob = await room.ListenAsync(1);
        await room.JoinAsync(ada);
        (await CallRoom.ListOfAsync(bob, 1)).ShouldBe([room.People[0].Id]);

        await ada.SendAsync(new { type = "join_voice", channel_id = other });

        await bob.NextAsync("user_left_voice");
        (await CallRoom.NextListAsync(bob)).ShouldBeEmpty();
        await Eventually.HoldsAsync(async () => await room.PresentAsync() == 1, "one place a user");
    }
}
