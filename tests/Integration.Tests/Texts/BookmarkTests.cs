using System.Text.Json;

namespace Chatalot.Integration.Tests.Texts;

public sealed class BookmarkTests
{
    [Fact]
    public async Task Given_a_message_When_a_member_bookmarks_it_twice_at_once_Then_there_is_one_bookmark()
    {
        await using var quay = await Quay.OpenAsync();
        var message = await quay.SayAsync(quay.Ada, "remember me");

        (await quay.Cy.PostAsync("/bookmarks", new { message_id = message })).ShouldFail(403, "forbidden");
        (await quay.Bob.PostAsync("/bookmarks", new { message_id = Guid.NewGuid() })).ShouldFail(
            404,
            "message not found"
        );
        (await quay.Bob.PostAsync("/bookmarks", new { message_id = message, note = new string('ж', 501) })).ShouldFail(
            400,
            "note must be at most 500 characters"
        );
        var made = await Task.WhenAll(
            quay.Bob.PostAsync("/bookmarks", new { message_id = message, note = (string?)null }),
            quay.Bob.PostAsync("/bookmarks", new { message_id = message })
        );

        made[0].Id.ShouldBe(made[1].Id);
        made[0].Json.GetProperty("note").ValueKind.ShouldBe(JsonValueKind.Null);
        var noted = await quay.Bob.PostAsync("/bookmarks", new { message_id = message, note = new string('ж', 500) });
        noted.Id.ShouldBe(made[0].Id);
        (await quay.Bob.GetAsync("/bookmarks")).Rows.Single().ToString().ShouldBe(noted.Json.ToString());
        (await quay.Ada.GetAsync("/bookmarks")).Rows.ShouldBeEmpty();
        (await quay.Ada.DeleteAsync($"/bookmarks/{noted.Id}")).ShouldFail(404, "bookmark not found");
        (await quay.Bob.DeleteAsync($"/bookmarks/{noted.Id}")).ShouldBeEmpty();
        (await quay.Bob.GetAsync("/bookmarks?limit=-1&offset=-1")).Rows.ShouldBeEmpty();
    }
}
