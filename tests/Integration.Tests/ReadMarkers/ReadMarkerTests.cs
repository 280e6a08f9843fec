using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Integration.Tests.Messages;

namespace Chatalot.Integration.Tests.ReadMarkers;

public sealed class ReadMarkerTests
{
    [Fact]
    public async Task Given_messages_of_others_Then_they_are_unread_until_they_are_read()
    {
        await using var meeting = await Meeting.OpenAsync();
        await using var anna = await meeting.ListenAsync(meeting.Anna);
        await using var ben = await meeting.Ben.ConnectAsync();
        var first = await anna.PostAsync(meeting.Channel, "1");
        await anna.PostAsync(meeting.Channel, "2");
        await ben.PostAsync(meeting.Channel, "mine");
        var gone = await anna.PostAsync(meeting.Channel, "gone");
        await anna.SendAsync(new { type = "delete_message", message_id = gone });
        await anna.DrainAsync();

        (await UnreadAsync(meeting.Ben)).ShouldBe(new() { [meeting.Channel] = 2 });
        (await UnreadAsync(meeting.Anna)).ShouldBe(new() { [meeting.Channel] = 1 });
        (await UnreadAsync(meeting.Cora)).ShouldBeEmpty();
        await MarkReadAsync(ben, meeting.Channel, first);
        (await UnreadAsync(meeting.Ben)).ShouldBe(new() { [meeting.Channel] = 1 });
        await ben.SendAsync(new { type = "mark_all_read" });
        await ben.DrainAsync();
        (await UnreadAsync(meeting.Ben)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Given_messages_that_are_sent_again_Then_they_are_unread_once()
    {
        await using var meeting = await Meeting.OpenAsync();
        await using var anna = await meeting.Anna.ConnectAsync();
        await using var other = await meeting.Anna.ConnectAsync();

        for (var i = 0; i < 3; i++)
        {
            foreach (var device in new[] { anna, other })
                await device.SendAsync(Talk.Message(meeting.Channel, "once", clientId: "a"));
            foreach (var device in new[] { anna, other })
                await device.NextAsync("message_sent");
        }
        (await UnreadAsync(meeting.Ben)).ShouldBe(new() { [meeting.Channel] = 1 });
        await anna.PostAsync(meeting.Channel, "another");
        (await UnreadAsync(meeting.Ben)).ShouldBe(new() { [meeting.Channel] = 2 });
        await using var ben = await meeting.Ben.ConnectAsync();
        await ben.SendAsync(new { type = "mark_all_read" });
        await ben.DrainAsync();
        (await UnreadAsync(meeting.Ben)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Given_more_than_are_counted_Then_the_positions_tell()
    {
        await using var meeting = await Meeting.OpenAsync();
        await using var anna = await meeting.Anna.ConnectAsync();
        for (var i = 0; i < 150; i++)
            await anna.SendAsync(Talk.Message(meeting.Channel, "spam"));
        for (var i = 0; i < 150; i++)
            await anna.NextAsync("message_sent");

        (await UnreadAsync(meeting.Ben)).ShouldBe(new() { [meeting.Channel] = 150 });
        (await meeting.Cora.PostAsync($"/channels/{meeting.Channel}/join")).Status.ShouldBe(200);
        (await UnreadAsync(meeting.Cora)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Given_a_message_between_the_moment_of_joining_and_its_row_Then_it_neither_counts_nor_takes_away()
    {
        await using var meeting = await Meeting.OpenAsync();
        await using var anna = await meeting.Anna.ConnectAsync();
        var between = await anna.PostAsync(meeting.Channel, "between");
        await meeting.Server.ExecuteAsync(
            $"""
            insert into channel_members (channel_id, user_id, role, joined_at)
            values ('{meeting.Channel}', '{meeting.Cora.Id}', 0, now() - interval '1 minute')
            """
        );
        await anna.PostAsync(meeting.Channel, "after");
        (await UnreadAsync(meeting.Cora)).ShouldBe(new() { [meeting.Channel] = 1 });

        await anna.SendAsync(new { type = "delete_message", message_id = between });
        await anna.DrainAsync();

        (await UnreadAsync(meeting.Cora)).ShouldBe(new() { [meeting.Channel] = 1 });
    }

    [Fact]
    public async Task Given_somebody_comes_back_to_a_channel_Then_what_was_said_meanwhile_is_not_unread()
    {
        await using var meeting = await Meeting.OpenAsync();
        await using var anna = await meeting.Anna.ConnectAsync();
        await using var ben = await meeting.Ben.ConnectAsync();
        var old = await anna.PostAsync(meeting.Channel, "before");
        await MarkReadAsync(ben, meeting.Channel, old);
        await ben.DrainAsync();
        (await meeting.Ben.PostAsync($"/channels/{meeting.Channel}/leave")).Status.ShouldBe(200);
        await anna.PostAsync(meeting.Channel, "meanwhile");
        (await meeting.Ben.PostAsync($"/channels/{meeting.Channel}/join")).Status.ShouldBe(200);
        (await UnreadAsync(meeting.Ben)).ShouldBeEmpty();
        await anna.PostAsync(meeting.Channel, "since");
        await MarkReadAsync(ben, meeting.Channel, old);
        await ben.DrainAsync();

        (await UnreadAsync(meeting.Ben)).ShouldBe(new() { [meeting.Channel] = 1 });
    }

    [Fact]
    public async Task Given_messages_that_are_gone_for_good_Then_their_positions_are_not_counted()
    {
        await using var meeting = await Meeting.OpenAsync();
        await using var anna = await meeting.Anna.ConnectAsync();
        await using var ben = await meeting.Ben.ConnectAsync();
        var ids = new List<Guid>();
        for (var i = 0; i < 6; i++)
            ids.Add(await anna.PostAsync(meeting.Channel, $"{i}"));
        await MarkReadAsync(ben, meeting.Channel, ids[1]);
        await ben.DrainAsync();

        await meeting.Server.ExecuteAsync($"delete from messages where id = '{ids[1]}'");
        (await UnreadAsync(meeting.Ben)).ShouldBe(new() { [meeting.Channel] = 4 });
        await meeting.Server.ExecuteAsync($"delete from messages where id = '{ids[3]}'");
        (await UnreadAsync(meeting.Ben)).ShouldBe(new() { [meeting.Channel] = 3 });
        await MarkReadAsync(ben, meeting.Channel, ids[4]);
        await ben.DrainAsync();
        (await UnreadAsync(meeting.Ben)).ShouldBe(new() { [meeting.Channel] = 1 });
        await meeting.Server.ExecuteAsync($"delete from messages where channel_id = '{meeting.Channel}'");
        (await UnreadAsync(meeting.Ben)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Given_messages_past_their_time_Then_they_are_not_unread_though_no_sweep_has_been()
    {
        await using var meeting = await Meeting.OpenAsync();
        await using var anna = await meeting.Anna.ConnectAsync();
        await using var ben = await meeting.Ben.ConnectAsync();
        var past = new[] { await anna.PostAsync(meeting.Channel, "1"), await ben.PostAsync(meeting.Channel, "mine") };
        var (hidden, stays) = (await anna.PostAsync(meeting.Channel, "2"), await anna.PostAsync(meeting.Channel, "3"));
        (await UnreadAsync(meeting.Ben)).ShouldBe(new() { [meeting.Channel] = 3 });

        await meeting.Server.ExecuteAsync(
            $"""
            update messages set expires_at = now() - interval '1 second' where id in ('{past[0]}', '{past[
                1
            ]}', '{hidden}');
            update messages set expires_at = now() + interval '1 hour' where id = '{stays}';
            update messages set quarantined_at = now() where id = '{hidden}'
            """
        );

        (await UnreadAsync(meeting.Ben)).ShouldBe(new() { [meeting.Channel] = 1 });
        (await UnreadAsync(meeting.Anna)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Given_a_cursor_Then_it_moves_forwards_only_and_each_move_is_told_to_others_and_to_own_devices()
    {
        await using var meeting = await Meeting.OpenAsync();
        await using var anna = await meeting.ListenAsync(meeting.Anna);
        await using var ben = await meeting.Ben.ConnectAsync();
        await using var bensPhone = await meeting.ListenAsync(meeting.Ben);
        var old = await anna.PostAsync(meeting.Channel, "1");
        var newest = await anna.PostAsync(meeting.Channel, "2");
        await bensPhone.DrainAsync();

        await MarkReadAsync(ben, meeting.Channel, newest);
        await MarkReadAsync(ben, meeting.Channel, old);
        await MarkReadAsync(ben, meeting.Channel, newest);
        await MarkReadAsync(ben, meeting.Channel, Guid.NewGuid());
        await ben.SendAsync(
            new
            {
                type = "mark_read",
                channel_id = meeting.Channel,
                message_id = "temp-1767225600123",
            }
        );

        (await ben.DrainAsync()).ButPresence().ShouldBeEmpty();
        (await bensPhone.DrainAsync()).TypesButPresence().ShouldBe(["read_receipt"]);
        var told = (await anna.DrainAsync()).Single(frame => frame.Type() == "read_receipt");
        told.GetProperty("user_id").GetGuid().ShouldBe(meeting.Ben.Id);
        told.GetProperty("message_id").GetGuid().ShouldBe(newest);
        var cursor = (await meeting.Anna.GetAsync($"/channels/{meeting.Channel}/read-cursors")).Rows.Single();
        cursor.GetProperty("user_id").GetGuid().ShouldBe(meeting.Ben.Id);
        cursor.GetProperty("last_read_message_id").GetGuid().ShouldBe(newest);
        (await meeting.Cora.GetAsync($"/channels/{meeting.Channel}/read-cursors")).Status.ShouldBe(403);
    }

    [Fact]
    public async Task Given_receipts_switched_off_Then_only_own_devices_know()
    {
        await using var meeting = await Meeting.OpenAsync();
        var preferences = new { preferences = new { sendReadReceipts = false } };
        (await meeting.Ben.PutAsync("/account/preferences", preferences)).Status.ShouldBe(200);
        await using var anna = await meeting.ListenAsync(meeting.Anna);
        await using var ben = await meeting.Ben.ConnectAsync();
        await using var bensPhone = await meeting.Ben.ConnectAsync();
        var id = await anna.PostAsync(meeting.Channel, "1");
        await bensPhone.DrainAsync();

        await MarkReadAsync(ben, meeting.Channel, id);

        (await bensPhone.DrainAsync()).TypesButPresence().ShouldBe(["read_receipt"]);
        (await anna.DrainAsync()).Types().ShouldNotContain("read_receipt");
        (await meeting.Anna.GetAsync($"/channels/{meeting.Channel}/read-cursors")).Rows.ShouldBeEmpty();
        (await meeting.Ben.GetAsync($"/channels/{meeting.Channel}/read-cursors")).Rows.Count.ShouldBe(1);
    }

    private static async Task MarkReadAsync(TestSocket socket, Guid channelId, Guid messageId)
    {
        await socket.SendAsync(
            new
            {
                type = "mark_read",
                channel_id = channelId,
                message_id = messageId,
            }
        );
        await socket.DrainAsync();
    }

    private static async Task<Dictionary<Guid, long>> UnreadAsync(Person person) =>
        (await person.GetAsync("/channels/unread")).Rows.ToDictionary(
            row => row.GetProperty("channel_id").GetGuid(),
            row => row.GetProperty("unread_count").GetInt64()
        );
}
