using Chatalot.Features.Channels;
using Chatalot.Features.Spaces;

namespace Chatalot.Features.Tests.Spaces;

public sealed class TextRuleTests
{
    [Theory]
    [InlineData("tides", true)]
    [InlineData("  tides  ", true)]
    [InlineData("", false)]
    [InlineData(" \t ", false)]
    [InlineData(null, false)]
    [InlineData("two\nlines", false)]
    [InlineData("bell\a", false)]
    public void Names(string? name, bool fits) => TextRules.IsName(name).ShouldBe(fits);

    [Fact]
    public void Lengths_count_characters_and_not_bytes()
    {
        TextRules.IsName(string.Concat(Enumerable.Repeat("🚣", 64))).ShouldBeTrue();
        TextRules.IsName(string.Concat(Enumerable.Repeat("🚣", 65))).ShouldBeFalse();
        TextRules.IsName(" " + new string('n', 64) + " ").ShouldBeTrue();
        TextRules.IsText(new string('ü', 512), 512).ShouldBeTrue();
        TextRules.IsText(new string('ü', 513), 512).ShouldBeFalse();
        TextRules.IsText("two\nlines", 512).ShouldBeTrue();
        TextRules.IsText("bell\a", 512).ShouldBeFalse();
    }

    [Theory]
    [InlineData("text", "tides", null, null)]
    [InlineData("voice", "tides", "", null)]
    [InlineData("dm", "", null, "invalid channel type")]
    [InlineData("Text", "tides", null, "invalid channel type")]
    [InlineData("gallery", " ", null, "channel name must be 1-64 characters")]
    public void First_failed_rule_of_a_new_channel(string type, string name, string? topic, string? message)
    {
        var command = new CreateChannel.Command(name, type, topic, Discoverable: null, GroupId: null);

        var result = new CreateChannel.Rules().Validate(command);

        (result.Errors is [var first, ..] ? first.ErrorMessage : null).ShouldBe(message);
    }
}
