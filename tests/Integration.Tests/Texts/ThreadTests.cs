namespace Chatalot.Integration.Tests.Texts;

public sealed class ThreadTests
{
    [Fact]
    public async Task Given_a_thread_Then_its_newest_replies_come_oldest_first_and_the_root_counts_what_can_be_seen()
    {
        await using var quay = await Quay.OpenAsync();
        var root = await quay.SayAsync(quay.Ada, "who rows?");
        var replies = new List<Guid>();
        for (var i = 0; i < 4; i++)
            replies.Add(await quay.SayAsync(quay.Bob, $"reply {i}", thread: root));
        var path = $"/channels/{quay.Channel}/threads";
        await quay.HideAsync(replies[1]);

        Quay.Ids(await quay.Bob.GetAsync($"{path}/{root}")).ShouldBe([replies[0], replies[2], replies[3]]);
        Quay.Ids(await quay.Bob.GetAsync($"{path}/{root}?limit=2")).ShouldBe([replies[2], replies[3]]);
        Quay.Ids(await quay.Bob.GetAsync($"{path}/{root}?limit=2&before={replies[2]}")).ShouldBe([replies[0]]);
        (await quay.Bob.GetAsync($"{path}/{replies[0]}")).Rows.ShouldBeEmpty();
        (await quay.Bob.GetAsync($"{path}/{Guid.NewGuid()}")).ShouldFail(404, "thread root not found");
        (await quay.Cy.GetAsync($"{path}/{root}")).ShouldFail(403, "forbidden");

        var history = (await quay.Ada.GetAsync($"/channels/{quay.Channel}/messages")).Rows;
        history.Count.ShouldBe(4);
        history[^1].GetProperty("thread_reply_count").GetInt32().ShouldBe(3);
        history[^1]
            .GetProperty("thread_last_reply_at")
            .GetString()
            .ShouldBe(history[0].GetProperty("created_at").GetString());
        history[0].TryGetProperty("thread_reply_count", out _).ShouldBeFalse();
        history[0].GetProperty("thread_id").GetGuid().ShouldBe(root);

        await quay.HideAsync(root, "quarantined_at");
        (await quay.Bob.GetAsync($"{path}/{root}")).ShouldFail(404, "thread root not found");
    }

    [Fact]
    public async Task Given_a_thread_whose_root_is_gone_When_a_reply_of_it_is_answered_Then_there_is_no_such_thread()
    {
        await using var quay = await Quay.OpenAsync();
        var root = await quay.SayAsync(quay.Ada, "who rows?");
        var reply = await quay.SayAsync(quay.Bob, "I do", thread: root);
        await using var bob = await quay.Bob.ConnectAsync();
        await quay.HideAsync(root);

        await bob.SendAsync(
            new
            {
                type = "send_message",
                channel_id = quay.Channel,
                ciphertext = new[] { 1 },
                nonce = new[] { 1 },
                message_type = "text",
                thread_id = reply,
            }
        );

        (await bob.NextAsync("error", or: "message_sent"))
            .GetProperty("message")
            .GetString()
            .ShouldBe("thread root message not found");
    }
}
