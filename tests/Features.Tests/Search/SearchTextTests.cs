using System.Text;
using Chatalot.Features.Search;

namespace Chatalot.Features.Tests.Search;

public sealed class SearchTextTests
{
    [Theory]
    [InlineData("text", "low water", "low water")]
    [InlineData("webhook", "{not json", "{not json")]
    [InlineData("text", """{"v":2,"note":"plain"}""", """{"v":2,"note":"plain"}""")]
    [InlineData("text", """{"v":1,"sk":true,"message":{"chain_id":1}}""", null)]
    [InlineData("text", " \n", null)]
    [InlineData("text", "a\0b", null)]
    [InlineData("file", """{"file_id":"x","filename":"chart.pdf","size":3}""", "chart.pdf")]
    [InlineData("file", "chart", null)]
    public void What_of_a_message_can_be_searched(string type, string content, string? expected) =>
        SearchableText.Of(type, Encoding.UTF8.GetBytes(content)).ShouldBe(expected);

    [Fact]
    public void Bytes_that_are_no_text_cannot_be_searched() => SearchableText.Of("text", [0xFF, 0x41]).ShouldBeNull();

    [Theory]
    [InlineData("a", false)]
    [InlineData("ab", true)]
    [InlineData("🍋🍋", true)]
    [InlineData("🍋", false)]
    public void Two_characters_are_enough(string text, bool isEnough) =>
        (SearchTerms.Read(text) is not null).ShouldBe(isEnough);

    [Fact]
    public void Signs_of_patterns_are_looked_for_as_they_are_written()
    {
        SearchTerms.Read(@"50%_\")!.Pattern.ShouldBe(@"%50\%\_\\%");
        SearchTerms.Read("50% off")!.IsWords.ShouldBeFalse();
        SearchTerms.Read("low water")!.IsWords.ShouldBeTrue();
    }

    [Theory]
    [InlineData("tea or coffee", "tea \"or\" coffee")]
    [InlineData("OR so", "\"OR\" so")]
    [InlineData("\"tea or\" coffee", "\"tea or\" coffee")]
    [InlineData("order more", "order more")]
    public void The_word_or_is_a_word(string text, string expected) => SearchTerms.Read(text)!.Query.ShouldBe(expected);

    [Fact]
    public void Matches_are_shown_in_their_surroundings()
    {
        var body = new string('x', 100) + " Low tide, LOW water " + new string('y', 500);

        var highlight = SearchTerms.Read("low")!.In(body)!;

        highlight.Text.Length.ShouldBeLessThanOrEqualTo(240);
        highlight.Ranges.Select(range => highlight.Text.Substring(range[0], range[1])).ShouldBe(["Low", "LOW"]);
    }
}
