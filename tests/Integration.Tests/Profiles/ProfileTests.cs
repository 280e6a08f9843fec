using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Integration.Tests.Spaces;

namespace Chatalot.Integration.Tests.Profiles;

public sealed class ProfileTests
{
    [Fact]
    public async Task Given_a_full_disk_When_somebody_uploads_a_picture_Then_507_and_nothing_is_left()
    {
        await using var server = await TestServer.StartAsync(new() { ["MIN_FREE_DISK_MB"] = "10000000" });
        var bob = await server.AddPersonAsync("bob");

        (await bob.UploadAsync("/account/avatar", "avatar", Png, "image/png")).ShouldFail(
            507,
            "the server's disk is full, please try again later"
        );

        Directory
            .EnumerateFiles(Path.Combine(server.Folder, "file-cache"), "*", SearchOption.AllDirectories)
            .ShouldBeEmpty();
    }

    [Fact]
    public async Task When_a_profile_changes_Then_mates_and_the_own_devices_are_told_and_strangers_are_not()
    {
        await using var harbour = await Harbour.OpenAsync();
        var stranger = await harbour.Server.RegisterAsync("stranger");
        await using var own = await harbour.Bob.ConnectAsync();
        await using var mate = await harbour.Cy.ConnectAsync();
        await using var other = await stranger.ConnectAsync();

        var changed = await harbour.Bob.PutAsync(
            "/account/profile",
            new
            {
                display_name = " Bob R. ",
                bio = "rows",
                pronouns = (string?)null,
            }
        );

        changed.Json.GetProperty("display_name").GetString().ShouldBe("Bob R.");
        changed.Json.GetProperty("bio").GetString().ShouldBe("rows");
        foreach (var socket in new[] { own, mate })
        {
            var frame = await socket.NextAsync("user_profile_updated");
            frame.GetProperty("user_id").GetGuid().ShouldBe(harbour.Bob.Id);
            frame.GetProperty("display_name").GetString().ShouldBe("Bob R.");
            frame.GetProperty("avatar_url").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        }
        ProfileFrames(await other.DrainAsync()).ShouldBe(0);
        (await harbour.Bob.GetAsync("/account/me")).Json.GetProperty("display_name").GetString().ShouldBe("Bob R.");

        (await harbour.Bob.PutAsync("/account/profile", new { display_name = "Bob R." })).Status.ShouldBe(200);
        (await harbour.Bob.PutAsync("/account/profile", new { })).Status.ShouldBe(200);
        ProfileFrames(await mate.DrainAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Given_two_changes_at_once_Then_both_are_kept()
    {
        await using var harbour = await Harbour.OpenAsync();

        var answers = await Task.WhenAll(
            harbour.Bob.PutAsync("/account/profile", new { bio = "rows" }),
            harbour.Bob.PutAsync("/account/profile", new { pronouns = "he/him" }),
            harbour.Bob.PutAsync("/account/profile", new { custom_status = "afloat" })
        );

        answers.ShouldAllBe(answer => answer.Status == 200);
        var me = (await harbour.Bob.GetAsync("/account/me")).Json;
        me.GetProperty("bio").GetString().ShouldBe("rows");
        me.GetProperty("pronouns").GetString().ShouldBe("he/him");
        me.GetProperty("custom_status").GetString().ShouldBe("afloat");
    }

    [Fact]
    public async Task Given_wrong_fields_Then_the_profile_stays()
    {
        await using var server = await TestServer.StartAsync();
        var rosa = await server.AddPersonAsync("rosa");

        (await rosa.PutAsync("/account/profile", new { display_name = "x", bio = new string('b', 501) })).ShouldFail(
            400,
            "bio must be at most 500 characters"
        );
        (await rosa.PutAsync("/account/profile", new { avatar_url = "https://tracker.example/p.png" })).Status.ShouldBe(
            400
        );
        (await rosa.PutAsync("/account/profile", new { display_name = 7 })).Status.ShouldBe(422);
        (await rosa.PutAsync("/account/profile", new { bio = "a\0b" })).Status.ShouldBe(400);
        (await rosa.GetAsync("/account/me")).Json.GetProperty("display_name").GetString().ShouldBe("ROSA");
    }

    [Fact]
    public async Task When_pictures_change_Then_mates_are_told_and_the_replaced_ones_are_gone()
    {
        await using var harbour = await Harbour.OpenAsync();
        await using var mate = await harbour.Cy.ConnectAsync();
        var bob = harbour.Bob;

        var first = (await bob.UploadAsync("/account/avatar", "avatar", Png, "image/png")).Json;
        var address = first.GetProperty("avatar_url").GetString()!;
        address.ShouldStartWith("/api/avatars/");
        (await mate.NextAsync("user_profile_updated")).GetProperty("avatar_url").GetString().ShouldBe(address);
        (await StatusAsync(harbour, address)).ShouldBe(200);
        var second = (await bob.UploadAsync("/account/avatar", "avatar", Png, "image/png")).Json;
        (await StatusAsync(harbour, address)).ShouldBe(404);
        address = second.GetProperty("avatar_url").GetString()!;
        (await bob.PutAsync("/account/profile", new { avatar_url = address, bio = "b" })).Status.ShouldBe(200);
        (await StatusAsync(harbour, address)).ShouldBe(200);
        (await bob.PutAsync("/account/profile", new { avatar_url = "" })).Status.ShouldBe(200);
        (await StatusAsync(harbour, address)).ShouldBe(404);

        (await bob.UploadAsync("/account/banner", "banner", Png, "image/png"))
            .Json.GetProperty("banner_url")
            .GetString()!
            .ShouldStartWith("/api/avatars/");
        var background = await bob.UploadAsync("/account/voice-background", "background", Png, "image/png");
        background.Json.GetProperty("url").GetString()!.ShouldStartWith("/api/avatars/");
        (await bob.DeleteAsync("/account/voice-background")).ShouldBeEmpty();
        (await bob.GetAsync("/account/me")).Json.TryGetProperty("voice_background_url", out _).ShouldBeFalse();
        (await bob.UploadAsync("/account/avatar", "banner", Png, "image/png")).ShouldFail(400, "no avatar field");
        (await bob.UploadAsync("/account/avatar", "avatar", Png, "image/jpeg")).ShouldFail(
            400,
            "file content does not match declared image type"
        );
        (await bob.UploadAsync("/account/avatar", "avatar", new byte[(10 * 1024 * 1024) + 1], "image/png")).ShouldFail(
            400,
            "avatar too large (max 10 MB)"
        );
        (await StatusAsync(harbour, "/api/avatars/..%2Fsecret.png")).ShouldBe(400);
    }

    [Fact]
    public async Task Given_preferences_saved_by_two_devices_at_once_Then_they_are_merged_and_limited_as_a_whole()
    {
        await using var server = await TestServer.StartAsync();
        var rosa = await server.AddPersonAsync("rosa");
        (await rosa.GetAsync("/account/preferences")).Body.ShouldBe("""{"preferences":{}}""");

        await Task.WhenAll(
            Enumerable.Range(0, 8).Select(n => SaveAsync(rosa, new Dictionary<string, object?> { [$"key{n}"] = n }))
        );
        var merged = await SaveAsync(rosa, new Dictionary<string, object?> { ["key0"] = null, ["key1"] = "new" });

        var keys = merged.Json.GetProperty("preferences").EnumerateObject().Select(member => member.Name);
        keys.ShouldBe(Enumerable.Range(1, 7).Select(n => $"key{n}"), ignoreOrder: true);
        var big = new Dictionary<string, object?> { ["big"] = new string('x', 16_000) };
        (await SaveAsync(rosa, big)).Status.ShouldBe(200);
        (await SaveAsync(rosa, new() { ["more"] = new string('x', 400) })).ShouldFail(
            400,
            "preferences too large (max 16 KB)"
        );
        (await SaveAsync(rosa, new() { ["big"] = new string('x', 17_000) })).ShouldFail(
            400,
            "preferences too large (max 16 KB)"
        );
        (await rosa.PutAsync("/account/preferences", new { preferences = new[] { 1 } })).Status.ShouldBe(422);
        (await rosa.PutAsync("/account/preferences", new { preferences = (string?)null })).Status.ShouldBe(422);
        (await SaveAsync(rosa, new() { ["nul"] = "a\0b" })).Status.ShouldBe(400);
    }

    /// <summary>One pixel.</summary>
    internal static byte[] Png { get; } =
        Convert.FromBase64String(
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
        );

    private static async Task<int> StatusAsync(Harbour harbour, string path)
    {
        using var answer = await harbour.Server.Product.Http.GetAsync(path);
        return (int)answer.StatusCode;
    }

    private static Task<Answer> SaveAsync(Person person, Dictionary<string, object?> preferences) =>
        person.PutAsync("/account/preferences", new { preferences });

    private static int ProfileFrames(IEnumerable<System.Text.Json.JsonElement> frames) =>
        frames.Count(frame => frame.GetProperty("type").GetString() == "user_profile_updated");
}
