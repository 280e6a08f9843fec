using System.Text.Json;
using Chatalot.Integration.Tests.Infrastructure;

namespace Chatalot.Integration.Tests.Messages;

public sealed class RepeatTests
{
    [Fact]
    public async Task Given_a_client_id_that_was_used_in_another_channel_Then_the_first_message_is_confirmed_where_it_is()
    {
        await using var meeting = await Meeting.OpenAsync();
        var other = (await meeting.Anna.PostAsync("/channels", new { name = "mole", channel_type = "text" })).Id;
        await using var anna = await meeting.Anna.ConnectAsync();
        await anna.SendAsync(Talk.Message(meeting.Channel, "once", "one"));
        var first = await anna.NextAsync("message_sent");

        await anna.SendAsync(Talk.Message(other, "elsewhere", "one"));

        (await anna.NextAsync("message_sent")).ToString().ShouldBe(first.ToString());
        (await meeting.Anna.GetAsync($"/channels/{other}/messages")).Rows.ShouldBeEmpty();
    }

    [Fact]
    public async Task Given_a_message_that_may_not_be_sent_any_more_When_it_is_repeated_Then_it_is_confirmed()
    {
        await using var meeting = await Meeting.OpenAsync();
        await using var ben = await meeting.Ben.ConnectAsync();
        await ben.SendAsync(Talk.Message(meeting.Channel, "once", "one"));
        var first = await ben.NextAsync("message_sent");
        (await meeting.Anna.PatchAsync($"/channels/{meeting.Channel}", new { archived = true })).Status.ShouldBe(200);

        await ben.SendAsync(Talk.Message(meeting.Channel, "once", "one"));
        await ben.SendAsync(Talk.Message(meeting.Channel, "twice", "two"));

        (await ben.NextAsync("message_sent", or: "error")).ToString().ShouldBe(first.ToString());
        (await ben.NextErrorAsync("archived")).GetProperty("client_id").GetString().ShouldBe("two");
        (await meeting.Ben.GetAsync($"/channels/{meeting.Channel}/messages")).Rows.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("reply_to", "replied-to message not found", "cannot reply to message from another channel")]
    [InlineData("thread_id", "thread root message not found", "thread root must be in the same channel")]
    public async Task Given_a_message_of_a_channel_that_the_sender_may_not_know_Then_it_is_not_found(
        string member,
        string unknown,
        string elsewhere
    )
    {
        await using var meeting = await Meeting.OpenAsync();
        var other = (await meeting.Anna.PostAsync("/channels", new { name = "mole", channel_type = "text" })).Id;
        await using var anna = await meeting.Anna.ConnectAsync();
        await using var ben = await meeting.Ben.ConnectAsync();
        var target = await anna.PostAsync(other, "secret");

        (await RefusalAsync(ben)).ShouldBe(unknown);
        (await RefusalAsync(anna)).ShouldBe(elsewhere);

        async Task<string?> RefusalAsync(TestSocket sender)
        {
            var frame = JsonSerializer.SerializeToNode(Talk.Message(meeting.Channel, "about it"))!;
            frame[member] = target;
            await sender.SendAsync(frame);
            return (await sender.NextErrorAsync("validation_error")).GetProperty("message").GetString();
        }
    }
}
