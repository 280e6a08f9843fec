using System.Text;
using System.Text.Json;
using Chatalot.Integration.Tests.Infrastructure;

namespace Chatalot.Integration.Tests.Texts;

public sealed class HistoryTests
{
    [Fact]
    public async Task Given_edits_and_reactions_Then_history_shows_them_and_hidden_messages_show_nothing()
    {
        await using var quay = await Quay.OpenAsync();
        var message = await quay.SayAsync(quay.Bob, "first");
        await using var bob = await quay.ListenAsync(quay.Bob);
        await bob.SendAsync(
            new
            {
                type = "edit_message",
                message_id = message,
                ciphertext = Encoding.UTF8.GetBytes("second").Select(b => (int)b),
                nonce = new[] { 9 },
            }
        );
        await bob.NextAsync("message_edited");
        foreach (var emoji in new[] { "🍋", "⚓" })
        {
            await bob.SendAsync(
                new
                {
                    type = "add_reaction",
                    message_id = message,
                    emoji,
                }
            );
            await bob.NextAsync("reaction_added");
            quay.Server.Clock.Advance(TimeSpan.FromSeconds(1));
        }
        var edits = $"/channels/{quay.Channel}/messages/{message}/history";

        var shown = (await quay.Ada.GetAsync($"/channels/{quay.Channel}/messages")).Rows.Single();
        Quay.Text(shown).ShouldBe("second");
        shown.GetProperty("reactions")[0].GetProperty("emoji").GetString().ShouldBe("🍋");
        shown.GetProperty("reactions")[1].GetProperty("user_ids")[0].GetGuid().ShouldBe(quay.Bob.Id);
        var edit = (await quay.Ada.GetAsync(edits)).Rows.Single();
        Encoding
            .UTF8.GetString([.. edit.GetProperty("old_ciphertext").EnumerateArray().Select(b => b.GetByte())])
            .ShouldBe("first");
        edit.GetProperty("edited_at").GetString().ShouldBe(shown.GetProperty("edited_at").GetString());
        (await quay.Cy.GetAsync(edits)).ShouldFail(403, "forbidden");

        await quay.HideAsync(message);
        (await quay.Ada.GetAsync(edits)).ShouldFail(404, "message not found");
        (await quay.Ada.GetAsync($"/channels/{quay.Channel}/messages")).Rows.ShouldBeEmpty();
    }

    [Fact]
    public async Task Given_a_large_channel_that_fell_silent_Then_a_page_costs_no_more_than_in_any_other()
    {
        await using var quay = await Quay.OpenAsync();
        var elsewhere = await Quay.OpenChannelAsync(quay.Bob, "pier");
        await quay.Server.ExecuteAsync(
            $"""
            {Fill(quay.Channel, quay.Bob.Id, "018f", 10_000)};
            {Fill(elsewhere, quay.Bob.Id, "0190", 40_000)};
            update messages set thread_id = '{IdOf("018f", 1)}'
            where channel_id = '{quay.Channel}' and id > '{IdOf("018f", 1)}' and position % 2 = 0;
            analyze messages
            """
        );
        await using var reader = await quay.Ada.ConnectAsync();

        var page = Quay.Ids(await quay.Ada.GetAsync($"/channels/{quay.Channel}/messages"));
        var older = Quay.Ids(await quay.Ada.GetAsync($"/channels/{quay.Channel}/messages?before={page[^1]}"));
        var newer = Quay.Ids(await quay.Ada.GetAsync($"/channels/{quay.Channel}/messages?after={older[0]}"));
        var thread = Quay.Ids(await quay.Ada.GetAsync($"/channels/{quay.Channel}/threads/{IdOf("018f", 1)}"));
        await reader.SendAsync(
            new
            {
                type = "subscribe",
                channel_ids = new[] { quay.Channel },
                last_seen = new Dictionary<Guid, Guid> { [quay.Channel] = IdOf("018f", 9_900) },
            }
        );
        await reader.NextAsync("caught_up");

        page.ShouldBe(Enumerable.Range(0, 50).Select(n => IdOf("018f", 10_000 - n)));
        older.ShouldBe(Enumerable.Range(0, 50).Select(n => IdOf("018f", 9_950 - n)));
        newer.ShouldBe(page);
        thread.ShouldBe(Enumerable.Range(0, 50).Select(n => IdOf("018f", 9_902 + (2 * n))));
        var costliest = await quay.Server.Database.ScalarAsync(
            """
            select max((shared_blks_hit + shared_blks_read) / calls) from pg_stat_statements
            where dbid = (select oid from pg_database where datname = current_database()) and query like '%uuid_send(m.id)%'
            """
        );
        Convert.ToInt32(costliest).ShouldBeInRange(1, 600);
    }

    [Fact]
    public async Task Given_more_missed_messages_than_a_socket_may_have_waiting_Then_it_gets_a_part_and_stays_open()
    {
        await using var quay = await Quay.OpenAsync(new() { ["SOCKET_QUEUE_BYTES"] = "65536" });
        var pier = await Quay.OpenChannelAsync(quay.Ada, "pier");
        await quay.Server.ExecuteAsync(
            $"""
            {Fill(quay.Channel, quay.Bob.Id, "018f", 100)};
            {Fill(pier, quay.Bob.Id, "0190", 10)};
            """
        );
        await using var reader = await quay.Ada.ConnectAsync();

        await reader.SendAsync(
            new
            {
                type = "subscribe",
                channel_ids = new[] { quay.Channel, pier },
                last_seen = new Dictionary<Guid, Guid> { [quay.Channel] = IdOf("018f", 1), [pier] = Guid.Empty },
            }
        );

        var next = 2;
        var frame = await reader.NextAsync("new_message", or: "caught_up");
        for (; frame.GetProperty("type").GetString() == "new_message"; next++)
        {
            frame.GetProperty("id").GetGuid().ShouldBe(IdOf("018f", next));
            frame = await reader.NextAsync("new_message", or: "caught_up");
        }
        next.ShouldBeInRange(10, 90);
        CaughtUp(frame).ShouldBe((quay.Channel, IdOf("018f", next - 1), true));
        CaughtUp(await reader.NextAsync("caught_up")).ShouldBe((pier, Guid.Empty, true));
        var live = await quay.SayAsync(quay.Bob, "still there");
        (await reader.NextAsync("new_message")).GetProperty("id").GetGuid().ShouldBe(live);

        static (Guid, Guid, bool) CaughtUp(JsonElement frame) =>
            (
                frame.GetProperty("channel_id").GetGuid(),
                frame.GetProperty("message_id").GetGuid(),
                frame.GetProperty("has_more").GetBoolean()
            );
    }

    /// <summary>
    /// A statement that stores messages whose ids begin so; older than everything that is sent in a test.
    /// </summary>
    private static string Fill(Guid channel, Guid sender, string era, int count) =>
        $"""
            insert into messages (id, channel_id, sender_id, position, created_at, message_type, nonce, ciphertext)
            select ('{era}0000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, '{channel}', '{sender}', n,
                   timestamptz '2026-01-01' + n * interval '1 second', 'text', '', repeat('x', 300)::bytea
            from generate_series(1, {count}) n
            """;

    private static Guid IdOf(string era, int number) => Guid.Parse($"{era}0000-0000-7000-8000-{number:x12}");
}
