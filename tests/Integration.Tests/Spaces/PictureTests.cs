using System.Net.Http.Headers;
using Chatalot.Integration.Tests.Infrastructure;

namespace Chatalot.Integration.Tests.Spaces;

public sealed class PictureTests
{
    /// <summary>One red pixel.</summary>
    private static readonly byte[] Png = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
    );

    [Fact]
    public async Task Given_new_pictures_Then_they_are_public_told_and_the_old_ones_go()
    {
        await using var harbour = await Harbour.OpenAsync();
        var (group, channel) = await harbour.OpenGroupAsync("Open");
        await using var bob = await harbour.Bob.ConnectAsync();
        var cases = new (string Path, string Field, string Member, string Event)[]
        {
            ($"/communities/{harbour.Community}/icon", "icon", "icon_url", "community_updated"),
            ($"/communities/{harbour.Community}/banner", "banner", "banner_url", "community_updated"),
            ($"/groups/{group}/icon", "icon", "icon_url", "group_updated"),
            ($"/groups/{group}/banner", "banner", "banner_url", "group_updated"),
            (
                $"/groups/{group}/channels/{channel}/voice-background",
                "background",
                "voice_background",
                "channel_updated"
            ),
        };
        await bob.SubscribeAsync(channel);
        foreach (var (path, field, member, name) in cases)
        {
            var first = await UploadAsync(path, field);
            var second = await UploadAsync(path, field);

            second.ShouldNotBe(first);
            (await harbour.Server.Product.Http.GetAsync(first)).StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
            (await harbour.Server.Product.Http.GetByteArrayAsync(second)).ShouldNotBeEmpty();
            (await bob.NextAsync(name)).GetProperty(member).GetString().ShouldBe(first);
            (await bob.NextAsync(name)).GetProperty(member).GetString().ShouldBe(second);
            (await harbour.Bob.UploadAsync(path, field, Png, "image/png")).ShouldFail(403, "forbidden");
            (await harbour.Ada.UploadAsync(path, "other", Png, "image/png")).ShouldFail(400, $"no {field} field");
            (await harbour.Ada.UploadAsync(path, field, Png, "image/gif")).ShouldFail(
                400,
                "file content does not match declared image type"
            );

            async Task<string> UploadAsync(string to, string part) =>
                (await harbour.Ada.UploadAsync(to, part, Png, "image/png")).Json.GetProperty(member).GetString()!;
        }
    }

    [Fact]
    public async Task Given_spaces_with_pictures_When_deleted_Then_their_pictures_go_and_mentioned_ones_stay()
    {
        await using var harbour = await Harbour.OpenAsync();
        var community = $"/communities/{harbour.Community}";
        var (first, hall) = await harbour.OpenGroupAsync("First");
        var (second, quay) = await harbour.OpenGroupAsync("Second");
        var icon = await UploadAsync($"{community}/icon", "icon", "icon_url");
        var banner = await UploadAsync($"/groups/{second}/banner", "banner", "banner_url");
        var behindHall = await UploadAsync($"/groups/{first}/channels/{hall}/voice-background", "background");
        var behindQuay = await UploadAsync($"/groups/{second}/channels/{quay}/voice-background", "background");
        var emoji = (await AddEmojiAsync(harbour.Ada, harbour.Community, "boat")).Json.GetProperty("url").GetString()!;
        await harbour.Ada.PatchAsync($"/groups/{first}", new { description = $"see {banner} and {icon}" });

        await harbour.Ada.DeleteAsync($"/groups/{first}/channels/{hall}");
        await ShouldBeAsync(404, behindHall);
        await harbour.Ada.DeleteAsync($"/groups/{first}");
        await ShouldBeAsync(200, icon, banner, behindQuay, emoji);
        await harbour.Ada.DeleteAsync($"/channels/{quay}");
        await ShouldBeAsync(404, behindQuay);
        await harbour.Ada.DeleteAsync(community);
        await ShouldBeAsync(404, icon, banner, emoji);

        async Task<string> UploadAsync(string path, string part, string member = "voice_background") =>
            (await harbour.Ada.UploadAsync(path, part, Png, "image/png")).Json.GetProperty(member).GetString()!;

        async Task ShouldBeAsync(int status, params string[] addresses)
        {
            foreach (var address in addresses)
                ((int)(await harbour.Server.Product.Http.GetAsync(address)).StatusCode).ShouldBe(status, address);
        }
    }

    [Fact]
    public async Task Given_pictures_that_a_change_takes_away_Then_they_go_at_once_and_those_that_are_still_shown_stay()
    {
        await using var harbour = await Harbour.OpenAsync();
        var (group, channel) = await harbour.OpenGroupAsync("Open");
        var community = $"/communities/{harbour.Community}";
        var inGroup = $"/groups/{group}/channels/{channel}";

        foreach (var path in new[] { community, $"/groups/{group}" })
        {
            var icon = await UploadAsync($"{path}/icon", "icon", "icon_url");
            var other = await UploadAsync($"{path}/banner", "banner", "banner_url");
            await ChangeAsync(path, new { banner_url = icon });
            await ShouldBeAsync(404, other);
            await ChangeAsync(path, new { description = "still there", icon_url = "" });
            await ShouldBeAsync(200, icon);
            await ChangeAsync(path, new { icon_url = icon.Split('?')[0] });
            await UploadAsync($"{path}/banner", "banner", "banner_url");
            await ShouldBeAsync(200, icon);
            await ChangeAsync(path, new { icon_url = "" });
            await ShouldBeAsync(404, icon);
        }

        foreach (var path in new[] { inGroup, $"/channels/{channel}" })
        {
            var behind = await UploadAsync($"{inGroup}/voice-background", "background", "voice_background");
            await ChangeAsync(path, new { topic = "still there" });
            await ShouldBeAsync(200, behind);
            await ChangeAsync(path, new { voice_background = (string?)null });
            await ShouldBeAsync(404, behind);
        }

        async Task ChangeAsync(string path, object change) =>
            (await harbour.Ada.PatchAsync(path, change)).Status.ShouldBe(200);

        async Task<string> UploadAsync(string path, string part, string member) =>
            (await harbour.Ada.UploadAsync(path, part, Png, "image/png")).Json.GetProperty(member).GetString()!;

        async Task ShouldBeAsync(int status, string address) =>
            ((int)(await harbour.Server.Product.Http.GetAsync(address)).StatusCode).ShouldBe(status, address);
    }

    [Fact]
    public async Task Emoji_are_listed_with_absolute_addresses_and_their_shortcodes_are_unique()
    {
        await using var harbour = await Harbour.OpenAsync();
        var path = $"/communities/{harbour.Community}/emojis";
        await using var bob = await harbour.Bob.ConnectAsync();

        var emoji = (await AddAsync(harbour.Ada, "Oar_1")).Json;

        await bob.NextAsync("community_emojis_updated");
        var url = emoji.GetProperty("url").GetString()!;
        url.ShouldStartWith("http://");
        var picture = await harbour.Server.Product.Http.GetAsync(url);
        picture.Content.Headers.ContentType!.MediaType.ShouldBe("image/png");
        picture.Headers.CacheControl!.MaxAge.ShouldBe(TimeSpan.FromDays(1));
        (await harbour.Bob.GetAsync(path)).Rows.Single().ToString().ShouldBe(emoji.ToString());
        (await AddAsync(harbour.Ada, "Oar_1")).ShouldFail(409, "shortcode already in use");
        (await AddAsync(harbour.Ada, "x")).ShouldFail(400, "shortcode must be 2-32 alphanumeric/underscore characters");
        (await AddAsync(harbour.Ada, " ")).ShouldFail(400, "shortcode is required");
        (await AddAsync(harbour.Bob, "mine")).ShouldFail(403, "forbidden");
        (await harbour.Ada.DeleteAsync($"{path}/{emoji.GetProperty("id").GetGuid()}")).ShouldBeEmpty();
        (await harbour.Ada.DeleteAsync($"{path}/{emoji.GetProperty("id").GetGuid()}")).ShouldFail(
            404,
            "emoji not found"
        );
        (await harbour.Server.Product.Http.GetAsync(url)).StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);

        Task<Answer> AddAsync(Person person, string shortcode) => AddEmojiAsync(person, harbour.Community, shortcode);
    }

    [Fact]
    public async Task Given_two_who_add_the_fiftieth_Then_one_is_refused()
    {
        await using var harbour = await Harbour.OpenAsync();
        await harbour.ExecuteAsync(
            $"""
            insert into custom_emojis (id, community_id, shortcode, file_name, content_type, created_at)
            select gen_random_uuid(), '{harbour.Community}', 'e' || n, 'x', 'image/png', now() from generate_series(10, 58) n
            """
        );

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(n => AddEmojiAsync(harbour.Ada, harbour.Community, $"last_{n}"))
        );

        answers.Count(answer => answer.Status == 200).ShouldBe(1);
        answers.Where(answer => answer.Status != 200).ShouldAllBe(answer => answer.Body.Contains("maximum 50 emojis"));
    }

    private static Task<Answer> AddEmojiAsync(Person person, Guid community, string shortcode)
    {
        var part = new ByteArrayContent(Png);
        part.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        return person.PostAsync(
            $"/communities/{community}/emojis",
            new MultipartFormDataContent { { new StringContent(shortcode), "shortcode" }, { part, "file", "e.png" } }
        );
    }
}
