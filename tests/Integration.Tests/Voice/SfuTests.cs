using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Chatalot.Integration.Tests.Infrastructure;

namespace Chatalot.Integration.Tests.Voice;

/// <summary>Larger calls over the real Janus.</summary>
public sealed class SfuTests
{
    private const int NotAllowed = 433;
    private const int Unauthorized = 403;

    [JanusFact]
    public async Task Given_an_sfu_When_a_call_reaches_the_size_Then_those_who_asked_get_credentials_that_alone_open_the_room()
    {
        await using var janus = await Janus.StartAsync();
        await using var room = await CallRoom.OpenAsync(people: 3, set: janus.SettingsFor(participants: 2));
        await using var ada = await room.ListenAsync(0);
        await using var bob = await room.ListenAsync(1);
        await using var old = await room.ListenAsync(2);

        await JoinAsync(room, ada);
        CallRoom.Types(await ada.DrainAsync()).ShouldNotContain("voice_sfu", "one alone is no larger call");
        await room.JoinAsync(old);
        var adas = await ada.NextAsync("voice_sfu");
        await JoinAsync(room, bob);
        var bobs = await bob.NextAsync("voice_sfu");
        CallRoom.Types(await old.DrainAsync()).ShouldNotContain("voice_sfu", "this client did not ask");

        bobs.GetProperty("room").GetString().ShouldBe(adas.GetProperty("room").GetString());
        bobs.GetProperty("token").GetString().ShouldNotBe(adas.GetProperty("token").GetString());
        (
            await JanusUser.OpenAsync(janus.Url, "token", "9999999999,janus,janus.plugin.videoroom:forged")
        ).Refusal.ShouldBe(Unauthorized);
        await using var stranger = await JanusUser.OpenAsync(bobs);
        (await stranger.JoinAsync(bobs, token: "forged")).ShouldBe(NotAllowed);
        JanusUser
            .CodeOf(await stranger.AskAsync(new JsonObject { ["request"] = "create", ["room"] = "mine" }))
            .ShouldNotBe(0, "only the server makes rooms");
        (await stranger.AskAsync(new JsonObject { ["request"] = "list" }))
            .GetProperty("list")
            .GetArrayLength()
            .ShouldBe(0, "rooms are not listed");
        await using var adaThere = await JanusUser.OpenAsync(adas);
        (await adaThere.JoinAsync(adas)).ShouldBe(0);

        // The member is an addition: it stands beside what existing clients read.
        var state = await FeedsAsync(old, count: 1);
        CallRoom.List(state).Length.ShouldBe(3);
        var feed = state.GetProperty("sfu")[0];
        feed.GetProperty("user_id").GetGuid().ShouldBe(room.People[0].Id);
        feed.GetProperty("feed").GetString().ShouldBe(adas.GetProperty("feed").GetString());
    }

    [JanusFact]
    public async Task Given_somebody_in_the_room_When_kicked_from_the_call_Then_the_feed_is_put_out_and_the_token_worth_nothing()
    {
        await using var janus = await Janus.StartAsync();
        await using var room = await CallRoom.OpenAsync(people: 2, set: janus.SettingsFor(participants: 2));
        await using var ada = await room.ListenAsync(0);
        await using var bob = await room.ListenAsync(1);
        await JoinAsync(room, ada);
        await JoinAsync(room, bob);
        var bobs = await bob.NextAsync("voice_sfu");
        await using var there = await JanusUser.OpenAsync(bobs);
        (await there.JoinAsync(bobs)).ShouldBe(0);
        await FeedsAsync(ada, count: 1);

        await ada.SendAsync(
            new
            {
                type = "kick_from_voice",
                channel_id = room.Channel,
                user_id = room.People[1].Id,
            }
        );

        await there.PutOutAsync();
        await FeedsAsync(ada, count: 0);
        await using var again = await JanusUser.OpenAsync(bobs);
        (await again.JoinAsync(bobs)).ShouldBe(NotAllowed);
    }

    [JanusFact]
    public async Task Given_a_ticket_When_its_holder_joins_under_another_name_Then_the_server_puts_them_out()
    {
        await using var janus = await Janus.StartAsync();
        await using var room = await CallRoom.OpenAsync(people: 1, set: janus.SettingsFor(participants: 1));
        await using var ada = await room.ListenAsync(0);
        await JoinAsync(room, ada);
        var adas = await ada.NextAsync("voice_sfu");
        await using var there = await JanusUser.OpenAsync(adas);

        (await there.JoinAsync(adas, feed: "somebody else")).ShouldBe(0, "Janus does not tie tokens to names");

        await there.PutOutAsync();
    }

    [JanusFact]
    public async Task Given_a_lost_line_to_the_room_When_the_client_asks_again_Then_it_gets_another_ticket()
    {
        await using var janus = await Janus.StartAsync();
        await using var room = await CallRoom.OpenAsync(people: 1, set: janus.SettingsFor(participants: 1));
        await using var ada = await room.ListenAsync(0);
        await JoinAsync(room, ada);
        var first = await ada.NextAsync("voice_sfu");
        var there = await JanusUser.OpenAsync(first);
        (await there.JoinAsync(first)).ShouldBe(0);
        await FeedsAsync(ada, count: 1);

        await there.DisposeAsync();
        await FeedsAsync(ada, count: 0);
        await JoinAsync(room, ada);

        var second = await ada.NextAsync("voice_sfu");
        second.GetProperty("feed").GetString().ShouldNotBe(first.GetProperty("feed").GetString());
        await using var back = await JanusUser.OpenAsync(second);
        (await back.JoinAsync(first)).ShouldBe(NotAllowed, "others know the old name by now");
        (await back.JoinAsync(second)).ShouldBe(0);
        await FeedsAsync(ada, count: 1);
    }

    [JanusFact]
    public async Task Given_a_call_over_the_sfu_When_Janus_is_killed_and_started_Then_clients_hear_both_and_get_a_new_room()
    {
        await using var janus = await Janus.StartAsync();
        await using var room = await CallRoom.OpenAsync(people: 2, set: janus.SettingsFor(participants: 1));
        await using var ada = await room.ListenAsync(0);
        await using var bob = await room.ListenAsync(1);
        await JoinAsync(room, ada);
        var before = await ada.NextAsync("voice_sfu");
        var there = await JanusUser.OpenAsync(before);
        (await there.JoinAsync(before)).ShouldBe(0);
        await FeedsAsync(bob, count: 1);
        await ReadinessAsync(room, "ok");

        await janus.KillAsync();

        await FeedsAsync(bob, count: 0);
        await ReadinessAsync(room, "warning");
        await room.JoinAsync(bob);
        await CallRoom.ListOfAsync(ada, 2);
        await janus.RunAsync();
        var after = await ada.NextAsync("voice_sfu");
        after.GetProperty("room").GetString().ShouldNotBe(before.GetProperty("room").GetString());
        await using var back = await JanusUser.OpenAsync(after);
        (await back.JoinAsync(after)).ShouldBe(0);
        await FeedsAsync(bob, count: 1);
        await ReadinessAsync(room, "ok");
        await there.DisposeAsync();
    }

    [JanusFact]
    public async Task Given_a_call_over_the_sfu_When_only_the_servers_line_is_cut_Then_nobody_notices_and_the_room_stays()
    {
        await using var janus = await Janus.StartAsync();
        await using var forwarder = new Forwarder(janus.Url.Port);
        var settings = janus.SettingsFor(participants: 1);
        settings["SFU_URL"] = $"ws://127.0.0.1:{forwarder.Port}";
        await using var room = await CallRoom.OpenAsync(people: 2, set: settings);
        await using var ada = await room.ListenAsync(0);
        await using var bob = await room.ListenAsync(1);
        await JoinAsync(room, ada);
        var adas = await ada.NextAsync("voice_sfu");
        await using var there = await JanusUser.OpenAsync(adas);
        (await there.JoinAsync(adas)).ShouldBe(0);
        await FeedsAsync(ada, count: 1);
        await ada.DrainAsync();

        forwarder.Cut();
        await JoinAsync(room, bob);

        var bobs = await bob.NextAsync("voice_sfu");
        bobs.GetProperty("room").GetString().ShouldBe(adas.GetProperty("room").GetString());
        CallRoom
            .Types(await ada.DrainAsync())
            .ShouldBe(["user_joined_voice", "voice_state_update"], "nothing but Bob's coming");
        await using var bobThere = await JanusUser.OpenAsync(bobs);
        (await bobThere.JoinAsync(bobs)).ShouldBe(0);
        await FeedsAsync(ada, count: 2);
    }

    [JanusFact]
    public async Task Given_a_room_of_a_dead_process_When_a_server_starts_Then_it_is_destroyed_and_a_call_that_ends_leaves_none()
    {
        await using var janus = await Janus.StartAsync();
        await using var observer = (await JanusUser.OpenAsync(janus.Url, "apisecret", Janus.ApiSecret)).User;
        const string orphan = "chatalot-orphan";
        var secret = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Janus.AdminKey), Encoding.UTF8.GetBytes(orphan));
        await observer.AskAsync(
            new JsonObject
            {
                ["request"] = "create",
                ["room"] = orphan,
                ["admin_key"] = Janus.AdminKey,
                ["secret"] = Convert.ToHexStringLower(secret),
                ["is_private"] = true,
            }
        );
        (await RoomsAsync(observer)).ShouldBe(1);

        await using var room = await CallRoom.OpenAsync(people: 1, set: janus.SettingsFor(participants: 1));

        await Eventually.HoldsAsync(async () => await RoomsAsync(observer) == 0, "the orphan is gone");
        await using var ada = await room.ListenAsync(0);
        var before = 0;
        for (var call = 0; call < 5; call++)
        {
            await JoinAsync(room, ada);
            await ada.NextAsync("voice_sfu");
            (await RoomsAsync(observer)).ShouldBe(1);
            await room.LeaveAsync(ada);
            await Eventually.HoldsAsync(async () => await RoomsAsync(observer) == 0, "the room ends with the call");
            if (call == 0)
                before = janus.Threads;
        }
        await Eventually.HoldsAsync(() => janus.Threads <= before, "nor does it leave anything else behind");
    }

    private static Task JoinAsync(CallRoom room, TestSocket socket) =>
        socket.SendAsync(
            new
            {
                type = "join_voice",
                channel_id = room.Channel,
                sfu = true,
            }
        );

    /// <summary>Waits for a list that says that so many are at the SFU.</summary>
    private static async Task<JsonElement> FeedsAsync(TestSocket socket, int count)
    {
        while (true)
        {
            var state = await socket.NextAsync("voice_state_update");
            if (state.TryGetProperty("sfu", out var feeds) && feeds.GetArrayLength() == count)
                return state;
        }
    }

    private static Task ReadinessAsync(CallRoom room, string status) =>
        Eventually.HoldsAsync(
            async () =>
            {
                var ready = JsonElement.Parse(await room.Server.Http.GetStringAsync("/api/health/ready"));
                return ready.GetProperty("checks").GetProperty("sfu").GetProperty("status").GetString() == status;
            },
            $"readiness says {status} of the SFU, and is not spoilt by it"
        );

    private static async Task<int> RoomsAsync(JanusUser observer) =>
        (await observer.AskAsync(new JsonObject { ["request"] = "list", ["admin_key"] = Janus.AdminKey }))
            .GetProperty("list")
            .GetArrayLength();
}
