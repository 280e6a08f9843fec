using System.Text;

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
}
