using Chatalot.Features.Accounts;

namespace Chatalot.Features.Tests.Accounts;

public sealed class DisplayTextTests
{
    [Theory]
    [InlineData("  Rosa  ", "Rosa")]
    [InlineData("Ro\u0000s\u0007a\n", "Rosa")]
    [InlineData("\u202Easor\u202C", "asor")]
    [InlineData("a\u2067b\u2069", "ab")]
    [InlineData("one\u2028two", "onetwo")]
    [InlineData("\u0639\u0644\u064A \U0001F511", "\u0639\u0644\u064A \U0001F511")]
    public void What_could_disturb_its_surroundings_is_removed(string text, string clean) =>
        DisplayText.Clean(text).ShouldBe(clean);

    [Fact]
    public void Lines_may_stay() => DisplayText.Clean("a\nb\tc", keepLines: true).ShouldBe("a\nbc");

    [Fact]
    public void Length_counts_characters() => DisplayText.Length("a\u00e9\U0001F511").ShouldBe(3);

    [Theory]
    [InlineData("", false)]
    [InlineData("\u200b\u2060\ufeff", false)]
    [InlineData("\u3164 \u2800", false)]
    [InlineData("\u0301", false)]
    [InlineData("R", true)]
    [InlineData("\u0639\u0644\u064A", true)]
    [InlineData("\U0001F469\u200D\U0001F680", true)]
    public void A_display_name_has_1_to_64_characters_of_which_some_are_seen(string name, bool isAccepted)
    {
        (ProfileRules.CheckDisplayName(name) is null).ShouldBe(isAccepted);
        ProfileRules.CheckDisplayName(string.Concat(Enumerable.Repeat("\U0001F511", 64))).ShouldBeNull();
        ProfileRules.CheckDisplayName(new string('a', 65))!.Message.ShouldBe("display name must be 1-64 characters");
    }
}
