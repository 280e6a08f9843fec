using System.Text;
using Chatalot.Shared.Media;

namespace Chatalot.Features.Tests.Media;

public sealed class TextScanTests
{
    private static readonly byte[] Text = Encoding.UTF8.GetBytes("a\u00E9\u20AC\U0001F600 z\U0010FFFF\u0800\u007F\r\n");

    [Fact]
    public void Text_is_text_wherever_it_is_cut()
    {
        for (var first = 0; first <= Text.Length; first++)
        {
            for (var second = first; second <= Text.Length; second++)
                IsText(Text[..first], Text[first..second], [], Text[second..]).ShouldBeTrue($"{first}, {second}");
        }
        IsText([.. Text.Select(one => new[] { one })]).ShouldBeTrue();
        IsText().ShouldBeTrue();
    }

    [Theory]
    [InlineData("0")]
    [InlineData("80")]
    [InlineData("C3 28")]
    [InlineData("C0 AF")]
    [InlineData("E2 82 41")]
    [InlineData("ED A0 80")]
    [InlineData("F4 90 80 80")]
    [InlineData("F0 9F 98")]
    [InlineData("E2")]
    public void What_is_no_text_is_found_wherever_it_stands_and_is_cut(string bytes)
    {
        byte[] broken = [.. bytes.Split(' ').Select(one => Convert.ToByte(one, 16))];
        for (var cut = 0; cut <= broken.Length; cut++)
        {
            IsText(Text, broken[..cut], broken[cut..]).ShouldBeFalse($"at the end, cut at {cut}");
            IsText(Text, broken[..cut], broken[cut..], Text).ShouldBeFalse($"in between, cut at {cut}");
            IsText([.. broken[..cut]], [.. broken[cut..], .. Text]).ShouldBeFalse($"at the start, cut at {cut}");
        }
    }

    private static bool IsText(params byte[][] pieces)
    {
        var scan = new TextScan();
        foreach (var piece in pieces)
            scan.Append(piece);
        return scan.IsText;
    }
}
