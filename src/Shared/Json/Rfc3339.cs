using System.Globalization;
using System.Text.RegularExpressions;

namespace Chatalot.Shared.Json;

/// <summary>
/// Reads times that come as plain text, in a query or in a member whose refusal has a text of its own.
/// </summary>
public static partial class Rfc3339
{
    /// <summary>True and the time; false for texts that are no time or name no offset.</summary>
    public static bool TryParse(string? text, out DateTimeOffset time)
    {
        time = default;
        if (text is null || !Shape().IsMatch(text))
            return false;
        // A plus sign that was not escaped in a query arrives as a space.
        return DateTimeOffset.TryParse(
            text.Length > 11 ? text[..11] + text[11..].Replace(' ', '+') : text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out time
        );
    }

    [GeneratedRegex(
        @"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+\- ][0-9]{2}:[0-9]{2})$"
    )]
    private static partial Regex Shape();
}
