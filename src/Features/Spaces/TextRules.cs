using System.Text;
using FluentValidation;

namespace Chatalot.Features.Spaces;

/// <summary>
/// Rules for names and texts of spaces. Lengths are in Unicode characters of the trimmed text. Control characters are
/// refused, save line breaks and tabs in texts of several lines.
/// </summary>
internal static class TextRules
{
    public const int NameLength = 64;
    public const int DescriptionLength = 2048;
    public const int TopicLength = 512;

    /// <summary>The text without surrounding white space; null when nothing is left.</summary>
    public static string? Trimmed(this string? text) => text?.Trim() is { Length: > 0 } rest ? rest : null;

    /// <summary>A name of 1 to 64 characters on one line.</summary>
    public static bool IsName(string? text) => text.Trimmed() is { } name && Fits(name, NameLength, "");

    /// <summary>No text, or one of at most this many characters.</summary>
    public static bool IsText(string? text, int maximum) =>
        text.Trimmed() is not { } written || Fits(written, maximum, "\n\r\t");

    public static IRuleBuilderOptions<T, string?> Name<T>(this IRuleBuilder<T, string?> rule, string message) =>
        rule.Must(IsName).WithMessage(message);

    public static IRuleBuilderOptions<T, string?> Text<T>(
        this IRuleBuilder<T, string?> rule,
        int maximum,
        string message
    ) => rule.Must(text => IsText(text, maximum)).WithMessage(message);

    private static bool Fits(string text, int maximum, string allowedControls)
    {
        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (++length > maximum || (Rune.IsControl(rune) && !allowedControls.Contains((char)rune.Value)))
                return false;
        }
        return true;
    }
}
