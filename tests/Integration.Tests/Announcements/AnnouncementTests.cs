using Chatalot.Integration.Tests.Administration;
using Chatalot.Integration.Tests.Infrastructure;

namespace Chatalot.Integration.Tests.Announcements;

public sealed class AnnouncementTests
{
    [Fact]
    public async Task When_an_announcement_is_made_Then_every_socket_of_every_process_hears_it_and_it_stays_until_dismissed()
    {
        await using var server = await TestServer.StartAsync();
        await using var sibling = await server.StartSiblingAsync();
        var (_, ada, bob) = await AccountTests.PeopleAsync(server);
        await using var author = await ada.ConnectAsync();
        await using var reader = await bob.At(sibling).ConnectAsync();

        var made = (
            await ada.PostAsync("/admin/announcements", new { title = " Maintenance ", body = "Sunday 02:00." })
        ).Json;

        var id = made.GetProperty("id").GetGuid();
        foreach (var socket in new[] { author, reader })
        {
            var frame = await socket.NextAsync("announcement");
            frame.GetProperty("id").GetGuid().ShouldBe(id);
            frame.GetProperty("title").GetString().ShouldBe("Maintenance");
            frame.GetProperty("created_by").GetGuid().ShouldBe(ada.Id);
        }
        (await bob.GetAsync("/announcements")).Rows.Single().GetProperty("body").GetString().ShouldBe("Sunday 02:00.");
        (await bob.GetAsync("/account/announcements")).Rows.Count.ShouldBe(1);
        (await bob.PostAsync($"/announcements/{id}/dismiss")).ShouldBeEmpty();
        (await bob.PostAsync($"/account/announcements/{id}/dismiss")).ShouldBeEmpty();
        (await bob.GetAsync("/account/announcements")).Rows.ShouldBeEmpty();
        (await ada.GetAsync("/announcements")).Rows.Count.ShouldBe(1);
        (await bob.PostAsync($"/announcements/{Guid.NewGuid()}/dismiss")).ShouldFail(404, "announcement not found");
        (await ada.GetAsync("/admin/announcements")).Rows.Count.ShouldBe(1);
        (await ada.DeleteAsync($"/admin/announcements/{id}")).ShouldBeEmpty();
        (await ada.GetAsync("/announcements")).Rows.ShouldBeEmpty();
    }

    [Fact]
    public async Task Given_old_and_expired_announcements_Then_newcomers_are_not_shown_them()
    {
        await using var server = await TestServer.StartAsync();
        var (_, ada, bob) = await AccountTests.PeopleAsync(server);
        await ada.PostAsync("/admin/announcements", new { title = "Lasting", body = "b" });
        await ada.PostAsync(
            "/admin/announcements",
            new
            {
                title = "Short",
                body = "b",
                expires_in_hours = 2,
            }
        );
        (await bob.GetAsync("/announcements")).Rows.Count.ShouldBe(2);

        await server.ExecuteAsync("update announcements set expires_at = created_at where title = 'Short'");
        await server.ExecuteAsync(
            "update announcements set created_at = created_at - interval '31 days' where title = 'Lasting'"
        );

        (await bob.GetAsync("/announcements")).Rows.ShouldBeEmpty();
    }

    [Fact]
    public async Task Given_wrong_texts_or_no_role_Then_nothing_is_announced()
    {
        await using var server = await TestServer.StartAsync();
        var (_, ada, bob) = await AccountTests.PeopleAsync(server);

        (await bob.PostAsync("/admin/announcements", new { })).ShouldFail(403, "forbidden");
        (await ada.PostAsync("/admin/announcements", new { title = "  ", body = "b" })).ShouldFail(
            400,
            "title must be 1-200 characters"
        );
        (await ada.PostAsync("/admin/announcements", new { title = "t", body = new string('b', 5001) })).ShouldFail(
            400,
            "body must be 1-5000 characters"
        );
        (await ada.PostAsync("/admin/announcements", new { title = "t" })).Status.ShouldBe(422);
        (await bob.GetAsync("/announcements")).Rows.ShouldBeEmpty();
    }
}
