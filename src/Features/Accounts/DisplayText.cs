using System.Globalization;
using System.Text;

namespace Chatalot.Features.Accounts;

/// <summary>
/// Text that others see beside their own: without control characters and without the marks that reverse or isolate the
/// direction of the text around them. Lengths are counted in Unicode characters (code points).
/// </summary>
public static class DisplayText
{
    /// <summary>The text without what could disturb its surroundings, trimmed.</summary>
    /// <param name="text">As the client sent it.</param>
    /// <param name="keepLines">Whether line feeds stay.</param>
    public static string Clean(string text, bool keepLines = false)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if ((keepLines && rune.Value == '\n') || !Disturbs(rune))
                clean.Append(rune);
        }
        return clean.ToString().Trim();
    }

    /// <summary>Length in Unicode characters.</summary>
    public static int Length(string text)
    {
        var length = 0;
        foreach (var _ in text.EnumerateRunes())
            length++;
        return length;
    }

    /// <summary>Whether anything of the text is seen: not white space, joiners, fillers and accents alone.</summary>
    public static bool IsSeen(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (!IsBlank(rune))
                return true;
        }
        return false;
    }

    private static bool IsBlank(Rune rune) =>
        Rune.IsWhiteSpace(rune)
        || Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.NonSpacingMark
                or UnicodeCategory.EnclosingMark
        // Fillers of Hangul and the empty pattern of Braille: letters and signs by their category.
        || rune.Value is 0x115F or 0x1160 or 0x3164 or 0xFFA0 or 0x2800;

    private static bool Disturbs(Rune rune) =>
        Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.Control
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
        || rune.Value is >= 0x202A and <= 0x202E or >= 0x2066 and <= 0x2069;
}
