using Chatalot.Integration.Tests.Infrastructure;

namespace Chatalot.Integration.Tests.Messages;

public sealed class DirectMessageTests
{
    [Fact]
    public async Task Given_a_new_direct_channel_When_two_messages_come_at_once_Then_every_device_hears_of_the_channel_first_and_once()
    {
        await using var meeting = await Meeting.OpenAsync();
        var direct = await meeting.OpenDirectAsync(meeting.Anna, meeting.Ben);
        await using var anna = await Meeting.ListenAsync(meeting.Anna, direct);
        await using var annasPhone = await Meeting.ListenAsync(meeting.Anna, direct);
        await using var annasApp = await TestSocket.OpenAsync(meeting.Anna.Server);
        await annasApp.SendAsync(
            new
            {
                type = "authenticate",
                token = meeting.Anna.Token,
                features = new[] { "own_dm_echo" },
            }
        );
        await annasApp.DrainAsync();
        await using var ben = await meeting.Ben.ConnectAsync();
        await using var bensPhone = await Meeting.ListenAsync(meeting.Ben, direct);
        await using var cora = await meeting.Cora.ConnectAsync();

        await anna.SendAsync(Talk.Message(direct, "one"));
        await anna.SendAsync(Talk.Message(direct, "two"));
        await anna.NextAsync("message_sent");
        await anna.NextAsync("message_sent");

        foreach (var device in new[] { ben, bensPhone })
        {
            var channel = await device.NextAsync("new_dm_channel");
            channel.GetProperty("other_user_id").GetGuid().ShouldBe(meeting.Anna.Id);
            channel.GetProperty("other_user_username").GetString().ShouldBe("anna");
            channel.GetProperty("channel_id").GetGuid().ShouldBe(direct);
            (await device.NextAsync("new_message")).Text().ShouldBe("one");
            (await device.NextAsync("new_message")).Text().ShouldBe("two");
            (await device.DrainAsync()).ButPresence().ShouldBeEmpty();
        }
        var own = await annasApp.NextAsync("new_dm_channel");
        own.GetProperty("other_user_id").GetGuid().ShouldBe(meeting.Ben.Id);
        (await annasApp.NextAsync("new_message")).Text().ShouldBe("one");
        (await annasApp.NextAsync("new_message")).Text().ShouldBe("two");
        (await anna.DrainAsync()).ButPresence().ShouldBeEmpty();
        (await annasPhone.DrainAsync()).Types().ShouldNotContain("new_message");
        (await cora.DrainAsync()).ButPresence().ShouldBeEmpty();

        await ben.SendAsync(Talk.Message(direct, "three"));
        (await anna.NextAsync("new_message")).Text().ShouldBe("three");
        (await anna.DrainAsync()).ButPresence().ShouldBeEmpty();
    }

    [Fact]
    public async Task Given_nobody_there_at_the_first_message_Then_the_channel_is_told_with_the_first_that_finds_somebody()
    {
        await using var meeting = await Meeting.OpenAsync();
        var direct = await meeting.OpenDirectAsync(meeting.Anna, meeting.Ben);
        await using var anna = await meeting.Anna.ConnectAsync();
        await using var annasPhone = await meeting.Anna.ConnectAsync();
        await anna.PostAsync(direct, "missed");
        await anna.PostAsync(direct, "missed too");
        (await annasPhone.DrainAsync()).TypesButPresence().ShouldBe(["new_dm_channel"]);

        await using var ben = await meeting.Ben.ConnectAsync();
        await anna.PostAsync(direct, "heard");
        await anna.PostAsync(direct, "heard too");

        (await ben.NextAsync("new_dm_channel")).GetProperty("channel_id").GetGuid().ShouldBe(direct);
        (await ben.NextAsync("new_message")).Text().ShouldBe("heard");
        (await ben.NextAsync("new_message", or: "new_dm_channel")).Text().ShouldBe("heard too");
        (await annasPhone.DrainAsync()).Types().ShouldNotContain("new_dm_channel");
    }

    [Fact]
    public async Task Given_a_block_in_either_direction_Then_nothing_passes_between_the_two_until_it_is_lifted()
    {
        await using var meeting = await Meeting.OpenAsync();
        var direct = await meeting.OpenDirectAsync(meeting.Anna, meeting.Ben);
        await using var anna = await Meeting.ListenAsync(meeting.Anna, direct);
        await using var ben = await Meeting.ListenAsync(meeting.Ben, direct);
        var id = await anna.PostAsync(direct, "before");
        await ben.NextAsync("new_message");
        (await meeting.Ben.PostAsync("/users/block", new { user_id = meeting.Anna.Id })).Status.ShouldBe(200);

        await anna.SendAsync(Talk.Message(direct, "hello?"));
        await anna.NextErrorAsync("blocked");
        await anna.SendAsync(Talk.Edit(id, "changed"));
        await anna.NextErrorAsync("blocked");
        await anna.SendAsync(
            new
            {
                type = "add_reaction",
                message_id = id,
                emoji = "✅",
            }
        );
        await anna.NextErrorAsync("blocked");
        await anna.SendAsync(new { type = "typing", channel_id = direct });
        await ben.SendAsync(Talk.Message(direct, "no"));
        await ben.NextErrorAsync("blocked");
        await anna.DrainAsync();
        (await ben.DrainAsync()).ButPresence().ShouldBeEmpty();
        await ben.SendAsync(
            new
            {
                type = "mark_read",
                channel_id = direct,
                message_id = id,
            }
        );
        (await ben.DrainAsync()).TypesButPresence().ShouldBe(["read_receipt"]);
        (await anna.DrainAsync()).Types().ShouldNotContain("read_receipt");
        (await meeting.Anna.GetAsync($"/channels/{direct}/read-cursors")).Rows.ShouldBeEmpty();
        (await meeting.Ben.GetAsync($"/channels/{direct}/read-cursors")).Rows.Count.ShouldBe(1);

        (await meeting.Ben.PostAsync($"/users/unblock/{meeting.Anna.Id}")).Status.ShouldBe(200);
        await anna.PostAsync(direct, "after");
        (await ben.NextAsync("new_message")).Text().ShouldBe("after");
    }

    [Fact]
    public async Task Given_no_community_in_common_Then_a_direct_message_is_refused()
    {
        await using var meeting = await Meeting.OpenAsync();
        var direct = await meeting.OpenDirectAsync(meeting.Anna, meeting.Dora);
        await using var anna = await meeting.Anna.ConnectAsync();

        await anna.SendAsync(Talk.Message(direct, "hello"));

        (await anna.NextErrorAsync("forbidden"))
            .GetProperty("message")
            .GetString()
            .ShouldBe("you no longer share a community with this user");
    }

    [Fact]
    public async Task Given_a_channel_Then_the_senders_other_devices_hear_the_message_and_a_returning_client_catches_up()
    {
        await using var meeting = await Meeting.OpenAsync();
        await using var anna = await meeting.ListenAsync(meeting.Anna);
        await using var annasPhone = await meeting.ListenAsync(meeting.Anna);
        var seen = await anna.PostAsync(meeting.Channel, "seen");
        var missed = await anna.PostAsync(meeting.Channel, "missed");
        (await anna.DrainAsync()).Types().ShouldNotContain("new_message");
        (await annasPhone.NextAsync("new_message")).Text().ShouldBe("seen");
        (await annasPhone.NextAsync("new_message")).Text().ShouldBe("missed");

        await using var ben = await meeting.Ben.ConnectAsync();
        await ben.SendAsync(
            new
            {
                type = "subscribe",
                channel_ids = new[] { meeting.Channel },
                last_seen = new Dictionary<string, Guid> { [meeting.Channel.ToString()] = seen },
            }
        );
        (await ben.NextAsync("new_message")).GetProperty("id").GetGuid().ShouldBe(missed);
        var end = await ben.NextAsync("caught_up");
        end.GetProperty("message_id").GetGuid().ShouldBe(missed);
        end.GetProperty("has_more").GetBoolean().ShouldBeFalse();

        await ben.SendAsync(
            new
            {
                type = "subscribe",
                channel_ids = new[] { meeting.Channel, Guid.NewGuid() },
                last_seen = new Dictionary<string, Guid> { [meeting.Channel.ToString()] = seen },
            }
        );
        (await ben.NextAsync("new_message")).GetProperty("id").GetGuid().ShouldBe(missed);
        (await ben.NextAsync("caught_up")).GetProperty("message_id").GetGuid().ShouldBe(missed);
    }

    [Theory]
    [InlineData("resume", "caught_up")]
    [InlineData("own_dm_echo", "new_message", "caught_up")]
    public async Task Given_own_direct_messages_When_a_device_catches_up_Then_it_gets_them_if_it_asked_for_them(
        string feature,
        params string[] expected
    )
    {
        await using var meeting = await Meeting.OpenAsync();
        var direct = await meeting.OpenDirectAsync(meeting.Anna, meeting.Ben);
        await using var anna = await meeting.Anna.ConnectAsync();
        await anna.PostAsync(direct, "mine");
        var inChannel = await anna.PostAsync(meeting.Channel, "mine too");
        await using var phone = await TestSocket.OpenAsync(meeting.Anna.Server);
        await phone.SendAsync(
            new
            {
                type = "authenticate",
                token = meeting.Anna.Token,
                features = new[] { feature },
            }
        );
        await phone.NextAsync("authenticated");

        await CatchUpAsync(direct);

        string[] told = ["new_message", "caught_up"];
        (await phone.DrainAsync()).Types().Where(told.Contains).ShouldBe(expected);
        await CatchUpAsync(meeting.Channel);
        (await phone.NextAsync("new_message")).GetProperty("id").GetGuid().ShouldBe(inChannel);

        Task CatchUpAsync(Guid channel) =>
            phone.SendAsync(
                new
                {
                    type = "subscribe",
                    channel_ids = new[] { channel },
                    last_seen = new Dictionary<string, Guid> { [channel.ToString()] = Guid.Empty },
                }
            );
    }
}
