using Chatalot.Integration.Tests.Infrastructure;

namespace Chatalot.Integration.Tests.Texts;

public sealed class BlockedSenderTests
{
    [Fact]
    public async Task Given_a_blocked_sender_Then_the_blocker_reads_nothing_of_theirs_and_everybody_else_reads_all()
    {
        await using var quay = await Quay.OpenAsync();
        var root = await quay.SayAsync(quay.Ada, "herring root");
        await quay.SayAsync(quay.Bob, "herring by bob");
        await quay.SayAsync(quay.Bob, "herring reply by bob", thread: root);
        await quay.SayAsync(quay.Ada, "herring reply by ada", thread: root);
        (await quay.Ada.PostAsync("/users/block", new { user_id = quay.Bob.Id })).ShouldBeEmpty();
        var history = $"/channels/{quay.Channel}/messages";

        await ShouldReadAsync(quay.Ada, history, "herring reply by ada", "herring root");
        await ShouldReadAsync(quay.Ada, $"{history}?limit=1&before={Guid.AllBitsSet}", "herring reply by ada");
        await ShouldReadAsync(quay.Ada, $"{history}?after={root}&before={Guid.AllBitsSet}", "herring reply by ada");
        await ShouldReadAsync(quay.Ada, $"/channels/{quay.Channel}/threads/{root}", "herring reply by ada");
        await ShouldReadAsync(quay.Ada, $"{history}/search?q=herring", "herring reply by ada", "herring root");
        await ShouldReadAsync(quay.Ada, "/messages/search?q=herring", "herring reply by ada", "herring root");
        Replies(await quay.Ada.GetAsync(history)).ShouldBe(1);
        Replies(await quay.Bob.GetAsync(history)).ShouldBe(2);
        (await quay.Bob.GetAsync(history)).Rows.Count.ShouldBe(4);
        (await quay.Ada.GetAsync("/channels/unread")).Rows.ShouldBeEmpty();

        (await quay.Ada.PostAsync($"/users/unblock/{quay.Bob.Id}")).ShouldBeEmpty();
        (await quay.Ada.GetAsync(history)).Rows.Count.ShouldBe(4);
        (await quay.Ada.GetAsync("/channels/unread")).Rows.Single().GetProperty("unread_count").GetInt64().ShouldBe(2);

        static int Replies(Answer answer) =>
            answer
                .Rows.Single(row => row.TryGetProperty("thread_reply_count", out _))
                .GetProperty("thread_reply_count")
                .GetInt32();
    }

    [Fact]
    public async Task Given_open_sockets_When_somebody_is_blocked_Then_their_messages_stop_at_once_and_come_again_afterwards()
    {
        await using var quay = await Quay.OpenAsync();
        (await quay.Cy.PostAsync($"/channels/{quay.Channel}/join")).ShouldBeEmpty();
        await using var ada = await quay.ListenAsync(quay.Ada);
        await using var cy = await quay.ListenAsync(quay.Cy);
        var before = await quay.SayAsync(quay.Bob, "one");
        (await ada.NextAsync("new_message")).GetProperty("id").GetGuid().ShouldBe(before);

        (await quay.Ada.PostAsync("/users/block", new { user_id = quay.Bob.Id })).ShouldBeEmpty();
        await using var late = await quay.Ada.ConnectAsync();
        await late.SendAsync(
            new
            {
                type = "subscribe",
                channel_ids = new[] { quay.Channel },
                last_seen = new Dictionary<string, Guid> { [quay.Channel.ToString()] = Guid.Empty },
            }
        );
        (await late.NextAsync("caught_up", or: "new_message")).GetProperty("type").GetString().ShouldBe("caught_up");
        await using var bob = await quay.ListenAsync(quay.Bob);
        await bob.SendAsync(
            new
            {
                type = "edit_message",
                message_id = before,
                ciphertext = new[] { 1 },
                nonce = new[] { 2 },
            }
        );
        (await bob.NextAsync("message_edited")).GetProperty("message_id").GetGuid().ShouldBe(before);
        await quay.SayAsync(quay.Bob, "two");
        var own = await quay.SayAsync(quay.Cy, "three");

        foreach (var device in new[] { ada, late })
            (await device.NextAsync("new_message", or: "message_edited")).GetProperty("id").GetGuid().ShouldBe(own);
        (await cy.NextAsync("new_message")).GetProperty("id").GetGuid().ShouldBe(before);
        Quay.Text(await cy.NextAsync("new_message")).ShouldBe("two");

        (await quay.Ada.PostAsync($"/users/unblock/{quay.Bob.Id}")).ShouldBeEmpty();
        await quay.SayAsync(quay.Bob, "four");
        Quay.Text(await ada.NextAsync("new_message")).ShouldBe("four");
    }

    [Fact]
    public async Task Given_a_blocked_sender_who_asks_a_poll_Then_the_blocker_is_neither_told_nor_shown_it()
    {
        await using var quay = await Quay.OpenAsync();
        (await quay.Cy.PostAsync($"/channels/{quay.Channel}/join")).ShouldBeEmpty();
        await using var ada = await quay.ListenAsync(quay.Ada);
        await using var cy = await quay.ListenAsync(quay.Cy);
        (await quay.Ada.PostAsync("/users/block", new { user_id = quay.Bob.Id })).ShouldBeEmpty();
        var polls = $"/channels/{quay.Channel}/polls";

        var asked = (await quay.Bob.PostAsync(polls, new { question = "Sail?", options = new[] { "yes", "no" } })).Id;
        var own = (await quay.Ada.PostAsync(polls, new { question = "Row?", options = new[] { "yes", "no" } })).Id;

        (await ada.NextAsync("poll_created")).GetProperty("poll_id").GetGuid().ShouldBe(own);
        (await cy.NextAsync("poll_created")).GetProperty("poll_id").GetGuid().ShouldBe(asked);
        Quay.Ids(await quay.Ada.GetAsync(polls)).ShouldBe([own]);
        Quay.Ids(await quay.Cy.GetAsync(polls)).ShouldBe([own, asked]);
    }

    [Fact]
    public async Task Given_a_block_at_another_process_Then_it_holds_here_too()
    {
        await using var quay = await Quay.OpenAsync();
        await using var sibling = await quay.Server.StartSiblingAsync();
        await using var ada = await quay.ListenAsync(quay.Ada);

        (await quay.Ada.At(sibling).PostAsync("/users/block", new { user_id = quay.Bob.Id })).ShouldBeEmpty();

        await Eventually.HoldsAsync(
            async () =>
            {
                await quay.SayAsync(quay.Bob, "heard?");
                return (await ada.DrainAsync()).All(frame => frame.GetProperty("type").GetString() != "new_message");
            },
            "Ada hears nothing more of Bob"
        );
    }

    private static async Task ShouldReadAsync(Person reader, string path, params string[] texts) =>
        (await reader.GetAsync(path)).Rows.Select(Quay.Text).ShouldBe(texts, path);
}
