using Chatalot.Integration.Tests.Infrastructure;

namespace Chatalot.Integration.Tests.Voice;

public sealed class SignallingTests
{
    [Fact]
    public async Task Given_two_in_a_call_When_they_signal_Then_it_arrives_unchanged_with_the_sender_in_place_of_the_target()
    {
        await using var room = await CallRoom.OpenAsync(people: 2);
        await using var ada = await room.ListenAsync(0);
        await using var bob = await room.ListenAsync(1);
        await using var otherTab = await room.ListenAsync(1);
        await room.JoinAsync(ada);
        await room.JoinAsync(bob);
        await CallRoom.ListOfAsync(ada, 2);
        var session = Guid.NewGuid();
        var sdp = "{\"type\":\"offer\",\"sdp\":\"v=0\\r\\n…\"}";

        await CallRoom.OfferAsync(ada, room.People[1], session, sdp);
        await SendAsync(ada, "rtc_ice_candidate", room.People[1], session, "candidate", "{}");
        var offer = await bob.NextAsync("rtc_offer");
        offer.GetProperty("from_user_id").GetGuid().ShouldBe(room.People[0].Id);
        offer.GetProperty("session_id").GetGuid().ShouldBe(session);
        offer.GetProperty("sdp").GetString().ShouldBe(sdp);
        offer.TryGetProperty("target_user_id", out _).ShouldBeFalse();
        (await bob.NextAsync("rtc_ice_candidate")).GetProperty("candidate").GetString().ShouldBe("{}");
        await SendAsync(bob, "rtc_answer", room.People[0], session, "sdp", "answer");
        (await ada.NextAsync("rtc_answer")).GetProperty("session_id").GetGuid().ShouldBe(session);
        CallRoom.Types(await otherTab.DrainAsync()).ShouldNotContain(type => type.StartsWith("rtc"));
    }

    [Fact]
    public async Task Given_people_outside_of_a_call_When_signalling_Then_offers_are_refused_and_the_rest_is_dropped()
    {
        await using var room = await CallRoom.OpenAsync(people: 2);
        await using var ada = await room.People[0].ConnectAsync();
        await using var bob = await room.People[1].ConnectAsync();
        await room.JoinAsync(ada);

        await CallRoom.OfferAsync(ada, room.People[1]);
        (await ada.NextErrorAsync("forbidden"))
            .GetProperty("message")
            .GetString()
            .ShouldBe("target user not in your voice session");
        await CallRoom.OfferAsync(bob, room.People[0]);
        await bob.NextErrorAsync("forbidden");
        await SendAsync(ada, "rtc_ice_candidate", room.People[1], Guid.NewGuid(), "candidate", "{}");
        await SendAsync(ada, "rtc_answer", room.People[1], Guid.NewGuid(), "sdp", "v=0");
        (await ada.DrainAsync()).ShouldBeEmpty();
        (await bob.DrainAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Given_sizes_When_signalling_Then_only_what_is_within_them_passes()
    {
        await using var room = await CallRoom.OpenAsync(people: 2);
        await using var ada = await room.ListenAsync(0);
        await using var bob = await room.ListenAsync(1);
        await room.JoinAsync(ada);
        await room.JoinAsync(bob);
        await CallRoom.ListOfAsync(ada, 2);
        await RefusedAsync("rtc_offer", "sdp", "", "SDP cannot be empty");
        await RefusedAsync("rtc_answer", "sdp", new string('é', 32_769), "SDP too large");
        await RefusedAsync("rtc_ice_candidate", "candidate", "", "ICE candidate cannot be empty");
        await RefusedAsync("rtc_ice_candidate", "candidate", new string('c', 2049), "ICE candidate too large");

        await CallRoom.OfferAsync(ada, room.People[1], sdp: new string('é', 32_768));
        (await bob.NextAsync("rtc_offer")).GetProperty("sdp").GetString()!.Length.ShouldBe(32_768);

        async Task RefusedAsync(string type, string member, string payload, string message)
        {
            await SendAsync(ada, type, room.People[1], Guid.NewGuid(), member, payload);
            (await ada.NextErrorAsync("validation_error")).GetProperty("message").GetString().ShouldBe(message);
        }
    }

    [Fact]
    public async Task Given_the_limits_of_production_When_a_large_call_trickles_candidates_Then_none_is_lost_or_held_up()
    {
        await using var server = await TestServer.StartAsync(
            new() { ["SOCKET_RATE_PER_SECOND"] = "10", ["SOCKET_RATE_BURST"] = "60" }
        );
        var (ada, bob) = (await server.AddPersonAsync("ada"), await server.AddPersonAsync("bob"));
        var channel = (await ada.PostAsync("/channels", new { name = "lounge", channel_type = "voice" })).Id;
        await bob.PostAsync($"/channels/{channel}/join");
        await using var from = await ada.ConnectAsync();
        await using var to = await bob.ConnectAsync();
        foreach (var socket in new[] { from, to })
        {
            await socket.SendAsync(new { type = "join_voice", channel_id = channel });
            await socket.NextAsync("voice_state_update");
        }

        for (var i = 0; i < 360; i++)
            await SendAsync(from, "rtc_ice_candidate", bob, Guid.NewGuid(), "candidate", $"{i}");

        for (var i = 0; i < 360; i++)
            (await to.NextAsync("rtc_ice_candidate")).GetProperty("candidate").GetString().ShouldBe($"{i}");
        CallRoom.Types(await from.DrainAsync()).ShouldNotContain("error");
    }

    private static Task SendAsync(
        TestSocket socket,
        string type,
        Person target,
        Guid session,
        string member,
        string payload
    ) =>
        socket.SendAsync(
            new Dictionary<string, object>
            {
                ["type"] = type,
                ["target_user_id"] = target.Id,
                ["session_id"] = session,
                [member] = payload,
            }
        );
}
