using System.Text;
using Chatalot.Integration.Tests.Infrastructure;

namespace Chatalot.Integration.Tests.Texts;

public sealed class SearchTests
{
    [Fact]
    public async Task Given_plain_and_encrypted_messages_Then_only_what_the_server_can_read_is_found()
    {
        await using var quay = await Quay.OpenAsync();
        var plain = await quay.SayAsync(quay.Bob, "Low water at 100% six, chain_id of the anchor");
        await quay.SayAsync(quay.Bob, """{"v":1,"sk":true,"message":{"chain_id":7,"ciphertext":[1],"nonce":[2]}}""");
        await quay.SendAsync(quay.Bob, [0xFF, 0x00, 0x41], "text");
        var file = await quay.SendAsync(
            quay.Ada,
            Encoding.UTF8.GetBytes(
                """{"file_id":"0190c400-9abc-7def-8123-0000000000aa","filename":"Tides.PDF","size":1}"""
            ),
            "file"
        );
        var path = $"/channels/{quay.Channel}/messages/search";

        Quay.Ids(await quay.Ada.GetAsync($"{path}?q=CHAIN_id")).ShouldBe([plain]);
        Quay.Ids(await quay.Ada.GetAsync($"{path}?q=water%20low")).ShouldBe([plain]);
        Quay.Ids(await quay.Ada.GetAsync($"{path}?q=100%25")).ShouldBe([plain]);
        Quay.Ids(await quay.Ada.GetAsync($"{path}?q=1%25%25")).ShouldBeEmpty();
        Quay.Ids(await quay.Ada.GetAsync($"{path}?q=chain__d")).ShouldBeEmpty();
        Quay.Ids(await quay.Ada.GetAsync($"{path}?q=ow")).ShouldBe([plain]);
        Quay.Ids(await quay.Ada.GetAsync($"{path}?q=tides")).ShouldBe([file]);
        Quay.Ids(await quay.Ada.GetAsync($"{path}?q=file_id")).ShouldBeEmpty();
        Quay.Ids(await quay.Ada.GetAsync("/messages/search?q=tides&has_file=true&sender=AD")).ShouldBe([file]);
        Quay.Ids(await quay.Ada.GetAsync("/messages/search?q=tides&sender=bo")).ShouldBeEmpty();
        Quay.Ids(await quay.Cy.GetAsync("/messages/search?q=tides")).ShouldBeEmpty();
        var hit = (await quay.Ada.GetAsync($"{path}?q=water")).Rows.Single();
        Quay.Text(hit).ShouldStartWith("Low water");
        hit.GetProperty("highlight").GetProperty("ranges")[0][0].GetInt32().ShouldBe(4);

        await quay.HideAsync(plain);
        Quay.Ids(await quay.Ada.GetAsync($"{path}?q=water")).ShouldBeEmpty();
        (await quay.Server.QueryAsync<long>("select count(*) from message_texts where body <> ''")).ShouldBe(1);
    }

    [Fact]
    public async Task Given_edits_times_and_pages_Then_the_current_text_is_found_newest_first()
    {
        await using var quay = await Quay.OpenAsync();
        var ids = new List<Guid>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add(await quay.SayAsync(quay.Bob, $"gale number {i}"));
            quay.Server.Clock.Advance(TimeSpan.FromMinutes(1));
        }
        var path = $"/channels/{quay.Channel}/messages/search?q=gale";

        Quay.Ids(await quay.Ada.GetAsync($"{path}&limit=2")).ShouldBe([ids[4], ids[3]]);
        Quay.Ids(await quay.Ada.GetAsync($"{path}&limit=2&cursor={ids[3]}")).ShouldBe([ids[2], ids[1]]);
        Quay.Ids(await quay.Ada.GetAsync($"{path}&sort=relevance")).Length.ShouldBe(5);
        var middle = (await quay.Ada.GetAsync(path)).Rows[2].GetProperty("created_at").GetString()!;
        Quay.Ids(await quay.Ada.GetAsync($"{path}&before={middle}")).ShouldBe([ids[2], ids[1], ids[0]]);
        Quay.Ids(await quay.Ada.GetAsync($"{path}&after={Uri.EscapeDataString(middle)}"))
            .ShouldBe([ids[4], ids[3], ids[2]]);

        await using var bob = await quay.ListenAsync(quay.Bob);
        await bob.SendAsync(
            new
            {
                type = "edit_message",
                message_id = ids[4],
                ciphertext = Encoding.UTF8.GetBytes("flat calm").Select(b => (int)b),
                nonce = new[] { 1 },
            }
        );
        await bob.NextAsync("message_edited");
        Quay.Ids(await quay.Ada.GetAsync($"{path}&limit=1")).ShouldBe([ids[3]]);
        Quay.Ids(await quay.Ada.GetAsync("/messages/search?q=calm")).ShouldBe([ids[4]]);
    }

    [Theory]
    [InlineData("ciphertext = 'flat calm'", 1)]
    [InlineData("deleted_at = now(), ciphertext = ''", 0)]
    public async Task Given_a_message_that_changes_while_its_old_text_is_being_stored_Then_the_old_text_does_not_stay(
        string change,
        int texts
    )
    {
        await using var quay = await Quay.OpenAsync();
        // Stored by another process, so that nobody here has a reason to look at it yet.
        var message = Guid.CreateVersion7();
        await quay.Server.ExecuteAsync(
            $"""
            insert into messages (id, channel_id, position, created_at, message_type, nonce, ciphertext)
            values ('{message}', '{quay.Channel}', 1, now(), 'text', '1', 'gale warning')
            """
        );
        await using var elsewhere = await HeldTransaction.BeginAsync(
            quay.Server.Database.DataSource,
            """
            insert into message_texts (message_id, channel_id, body) select id, channel_id, 'gale warning' from messages
            """
        );
        await quay.Server.ExecuteAsync($"update messages set {change} where id = '{message}'");

        var found = await elsewhere.CommitUnderAsync(() => quay.Ada.GetAsync("/messages/search?q=gale"));

        found.Rows.ShouldBeEmpty();
        Quay.Ids(await quay.Ada.GetAsync("/messages/search?q=calm")).Length.ShouldBe(texts);
        (await quay.Server.QueryAsync<long>("select count(*) from message_texts where body <> ''")).ShouldBe(texts);
    }

    [Fact]
    public async Task Given_somebody_who_searches_all_the_time_Then_they_have_to_wait_and_nobody_else()
    {
        await using var quay = await Quay.OpenAsync(
            new() { ["SEARCH_RATE_LIMIT_PER_SECOND"] = "5", ["SEARCH_RATE_LIMIT_BURST"] = "20" }
        );
        const string path = "/messages/search?q=gale";

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => quay.Ada.GetAsync(path)));

        answers.Count(answer => answer.Status == 200).ShouldBeInRange(20, 99);
        answers.First(answer => answer.Status != 200).ShouldFail(429, "too many requests, please slow down");
        (await quay.Bob.GetAsync(path)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Given_wrong_searches_Then_each_is_refused_and_membership_comes_first()
    {
        await using var quay = await Quay.OpenAsync();
        var path = $"/channels/{quay.Channel}/messages/search";

        (await quay.Cy.GetAsync($"{path}?q=a")).ShouldFail(403, "forbidden");
        (await quay.Bob.GetAsync($"{path}?q=a")).ShouldFail(400, "search query must be 2-256 characters");
        (await quay.Bob.GetAsync(path)).Status.ShouldBe(400);
        (await quay.Bob.GetAsync($"{path}?q=ab&has_file=yes")).Status.ShouldBe(400);
        (await quay.Bob.GetAsync($"{path}?q=ab&after=yesterday")).ShouldFail(400, "invalid after datetime");
        (await quay.Bob.GetAsync($"{path}?q=ab%00c")).Status.ShouldBe(400);
        (await quay.Bob.GetAsync($"{path}?q=ab&limit=-5")).Rows.ShouldBeEmpty();
    }
}
