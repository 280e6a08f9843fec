using System.Text.Json;

namespace Chatalot.Integration.Tests.Spaces;

public sealed class CommunitySettingsTests
{
    [Fact]
    public async Task Given_a_change_Then_members_are_told_and_null_resets_theme_and_welcome()
    {
        await using var harbour = await Harbour.OpenAsync();
        var path = $"/communities/{harbour.Community}";
        await using var bob = await harbour.Bob.ConnectAsync();

        var changed = (
            await harbour.Ada.PatchAsync(
                path,
                new
                {
                    name = " Quay ",
                    description = "Boats",
                    welcome_message = "Boats leave at six.",
                    who_can_create_invites = "everyone",
                    community_theme = new { accent = "#0a7d5c", customCss = "Color: teal ;; --Gap: 2px" },
                }
            )
        ).Json;

        changed.GetProperty("name").GetString().ShouldBe("Quay");
        changed.GetProperty("member_count").GetInt32().ShouldBe(3);
        var told = await bob.NextAsync("community_updated");
        told.GetProperty("community_theme").GetProperty("customCss").GetString().ShouldBe("color: teal; --Gap: 2px");
        told.GetProperty("welcome_message").GetString().ShouldBe("Boats leave at six.");
        (await harbour.Ada.PatchAsync(path, new { })).Json.ToString().ShouldBe(changed.ToString());
        var reset = (
            await harbour.Ada.PatchAsync(
                path,
                new
                {
                    description = "",
                    welcome_message = (string?)null,
                    community_theme = (object?)null,
                }
            )
        ).Json;
        reset.GetProperty("description").ValueKind.ShouldBe(JsonValueKind.Null);
        reset.GetProperty("community_theme").ValueKind.ShouldBe(JsonValueKind.Null);
        reset.TryGetProperty("welcome_message", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task What_is_not_allowed_is_refused_with_the_texts_of_the_contract()
    {
        await using var harbour = await Harbour.OpenAsync();
        var path = $"/communities/{harbour.Community}";
        (object Body, string Message)[] refused =
        [
            (new { name = " " }, "community name must be 1-64 characters"),
            (
                new { icon_url = "https://e.example/pixel.png" },
                "picture address must be one of this server's own pictures"
            ),
            (
                new { who_can_create_groups = "all" },
                "who_can_create_groups must be 'everyone', 'moderator', or 'admin'"
            ),
            (new { welcome_message = new string('x', 2001) }, "welcome_message must be at most 2000 characters"),
            (new { community_theme = "red" }, "community_theme must be a JSON object"),
            (new { community_theme = new { accent = new string('x', 9000) } }, "community_theme too large (max 8KB)"),
            (new { community_theme = new { colour = "#fff" } }, "unknown theme key: colour"),
            (new { community_theme = new { accent = 1 } }, "accent must be a string"),
            (new { community_theme = new { accent = "#12345" } }, "accent must be a hex color (e.g. #ff0000)"),
            (
                new { community_theme = new { customCss = "*{display:none}" } },
                "customCss: CSS property not allowed: display"
            ),
        ];
        foreach (var (body, message) in refused)
            (await harbour.Ada.PatchAsync(path, body)).ShouldFail(400, message);
        (await harbour.Bob.PatchAsync(path, new { name = "Mine" })).ShouldFail(403, "forbidden");
    }

    [Fact]
    public async Task Given_a_policy_that_no_longer_lets_a_member_invite_Then_their_invites_end()
    {
        await using var harbour = await Harbour.OpenAsync();
        var path = $"/communities/{harbour.Community}";
        await harbour.Ada.PatchAsync(path, new { who_can_create_invites = "everyone" });
        var code = (await harbour.Bob.PostAsync($"{path}/invites")).Json.GetProperty("code").GetString();

        await harbour.Ada.PatchAsync(path, new { who_can_create_invites = "admin" });

        (await harbour.Server.Product.Http.GetAsync($"/api/community-invites/{code}")).StatusCode.ShouldBe(
            System.Net.HttpStatusCode.NotFound
        );
    }
}
