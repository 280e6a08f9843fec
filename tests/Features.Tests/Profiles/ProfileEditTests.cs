using System.Text.Json;
using Chatalot.Features.Accounts;
using Chatalot.Features.Profiles;
using Chatalot.Shared.Json;

namespace Chatalot.Features.Tests.Profiles;

public sealed class ProfileEditTests
{
    private static readonly User Rosa = new()
    {
        Id = Guid.CreateVersion7(),
        Username = "rosa",
        Email = "rosa@mail.example",
        DisplayName = "Rosa",
        PasswordHash = "none",
        AvatarUrl = "/api/avatars/a1.webp",
        BannerUrl = "/api/avatars/b1.webp",
        CustomStatus = "on the train",
        Bio = "rows",
        Pronouns = "she/her",
        CreatedAt = DateTimeOffset.UnixEpoch,
        UpdatedAt = DateTimeOffset.UnixEpoch,
    };

    [Fact]
    public void Given_nothing_sent_Then_nothing_changes()
    {
        Apply("{}").User.ShouldBe(Rosa);
    }

    [Fact]
    public void Given_null_or_empty_texts_Then_they_are_cleared_but_name_and_pictures_stay()
    {
        var changed = Apply(
            """{"display_name":null,"avatar_url":null,"banner_url":"","custom_status":"","bio":null,"pronouns":" "}"""
        ).User;

        changed.ShouldBe(Rosa with { BannerUrl = null, CustomStatus = null, Bio = null, Pronouns = null });
    }

    [Fact]
    public void Given_texts_Then_they_are_trimmed_and_lose_what_disturbs_others()
    {
        var changed = Apply("""{"display_name":" Ro\u202esa ","bio":"one\ntwo\u0007"}""").User;

        changed.DisplayName.ShouldBe("Rosa");
        changed.Bio.ShouldBe("one\ntwo");
    }

    [Theory]
    [InlineData("display_name", 64, "display name must be 1-64 characters")]
    [InlineData("custom_status", 128, "custom status must be at most 128 characters")]
    [InlineData("bio", 500, "bio must be at most 500 characters")]
    [InlineData("pronouns", 50, "pronouns must be at most 50 characters")]
    public void Given_a_text_of_many_bytes_Then_characters_count(string member, int most, string message)
    {
        Refusal(member, string.Concat(Enumerable.Repeat("🚣", most))).ShouldBeNull();
        Refusal(member, string.Concat(Enumerable.Repeat("🚣", most + 1))).ShouldBe(message);
    }

    [Theory]
    [InlineData("", "display name must be 1-64 characters")]
    [InlineData(" \u0007 ", "display name must be 1-64 characters")]
    public void Given_no_visible_name_Then_it_is_refused(string name, string message) =>
        Refusal("display_name", name).ShouldBe(message);

    [Theory]
    [InlineData("/api/avatars/a1.webp", null)]
    [InlineData("/api/avatars/b1.webp", "avatar URL must be your own uploaded picture")]
    [InlineData("https://tracker.example/pixel.png", "avatar URL must be your own uploaded picture")]
    [InlineData("javascript:alert(1)", "avatar URL must be an HTTP(S) URL or /api/ path")]
    public void Given_a_picture_Then_only_the_own_one_is_taken(string address, string? message) =>
        Refusal("avatar_url", address).ShouldBe(message);

    private static string? Refusal(string member, string value) =>
        Apply(JsonSerializer.Serialize(new Dictionary<string, string> { [member] = value })).Refusal;

    private static (User User, string? Refusal) Apply(string json)
    {
        var type = JsonDefaults.CreateOptions(ProfilesJson.Default).GetTypeInfo(typeof(ProfileEdit));
        var (user, refusal) = ((ProfileEdit)JsonSerializer.Deserialize(json, type)!).ApplyTo(Rosa);
        return (user, refusal?.Message);
    }
}
