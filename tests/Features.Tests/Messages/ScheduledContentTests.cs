using System.Text;
using Chatalot.Features.ScheduledMessages;

namespace Chatalot.Features.Tests.Messages;

public sealed class ScheduledContentTests
{
    [Theory]
    [InlineData("[104,105]", "hi")]
    [InlineData(" [104, 105] ", "hi")]
    [InlineData("[256]", "[256]")]
    [InlineData("[104] first things first", "[104] first things first")]
    [InlineData("[104,105][1]", "[104,105][1]")]
    [InlineData("[]x", "[]x")]
    [InlineData("plain", "plain")]
    public void Only_a_whole_array_of_numbers_stands_for_bytes(string text, string expected)
    {
        var (content, refusal) = ScheduledContent.Read(text, "[1]");

        refusal.ShouldBeNull();
        Encoding.UTF8.GetString(content!.Ciphertext).ShouldBe(expected);
    }
}
