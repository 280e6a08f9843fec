using System.Globalization;
using System.Text;

namespace Chatalot.Features.Files;

/// <summary>
/// The header that names a download (RFC 6266, RFC 8187): plain names as they are; all others with a form that every
/// client reads and one that has every character. Names are people's words: whatever is in them, the header stays
/// valid.
/// </summary>
internal static class FileDisposition
{
    private const string Unnamed = "unnamed";

    public static string Attachment(string name)
    {
        var clean = Clean(name);
        var plain = Plain(clean);
        return plain == clean
            ? $"attachment; filename=\"{plain}\""
            : $"attachment; filename=\"{plain}\"; filename*=UTF-8''{Uri.EscapeDataString(clean)}";
    }

    /// <summary>Without what ends a line, hides, or turns the text around.</summary>
    private static string Clean(string name)
    {
        var clean = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
        {
            if (rune.Value is '\r' or '\n')
                clean.Append('_');
            else if (rune.Value is '"')
                clean.Append('\'');
            else if (
                Rune.GetUnicodeCategory(rune)
                is not (
                    UnicodeCategory.Control
                    or UnicodeCategory.Format
                    or UnicodeCategory.LineSeparator
                    or UnicodeCategory.ParagraphSeparator
                )
            )
                clean.Append(rune);
        }
        return clean.Length == 0 ? Unnamed : clean.ToString();
    }

    private static string Plain(string clean)
    {
        var plain = new StringBuilder(clean.Length);
        foreach (var rune in clean.EnumerateRunes())
            plain.Append(rune.IsAscii && rune.Value is not '\\' ? (char)rune.Value : '_');
        return plain.ToString();
    }
}
