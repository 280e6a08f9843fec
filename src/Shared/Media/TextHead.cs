using System.Buffers;
using System.Text;

namespace Chatalot.Shared.Media;

/// <summary>
/// The beginning of a file that is text: valid UTF-8 without a zero byte, a character cut at its end apart.
/// </summary>
internal sealed class TextHead
{
    private static readonly SearchValues<string> SvgRoots = SearchValues.Create(
        ["<svg", ":svg"],
        StringComparison.OrdinalIgnoreCase
    );

    private TextHead(string text) => Text = text;

    /// <summary>Without a byte order mark and leading white space.</summary>
    public string Text { get; }

    /// <summary>
    /// SVG begins with its element, or with what XML allows in front of it: declaration, comment, document type,
    /// instruction. Text that only talks about SVG begins with something else.
    /// </summary>
    public bool IsSvg =>
        StartsWith("<svg")
        || (StartsWith("<?") || StartsWith("<!--") || StartsWith("<!DOCTYPE"))
            && !IsHtml
            && Text.AsSpan().ContainsAny(SvgRoots);

    private bool IsHtml => Text.Contains("<html", StringComparison.OrdinalIgnoreCase);

    /// <summary>The text, or null when the bytes are not text.</summary>
    public static TextHead? Read(ReadOnlySpan<byte> head)
    {
        if (head.Contains((byte)0))
            return null;
        // A head of full length may end inside a character; a whole file may not.
        var whole = head.Length < ContentType.HeadBytes ? head : WithoutCutCharacter(head);
        if (!System.Text.Unicode.Utf8.IsValid(whole))
            return null;
        return new TextHead(Encoding.UTF8.GetString(whole).TrimStart('\uFEFF').TrimStart());
    }

    /// <summary>Ignores case.</summary>
    public bool StartsWith(string beginning) => Text.StartsWith(beginning, StringComparison.OrdinalIgnoreCase);

    private static ReadOnlySpan<byte> WithoutCutCharacter(ReadOnlySpan<byte> head)
    {
        for (var back = 1; back <= 3; back++)
        {
            var value = head[^back];
            if ((value & 0xC0) == 0x80)
                continue; // inside a character
            var length =
                value >= 0xF0 ? 4
                : value >= 0xE0 ? 3
                : value >= 0xC0 ? 2
                : 1;
            return length > back ? head[..^back] : head;
        }
        return head;
    }
}
