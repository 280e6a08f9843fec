namespace Chatalot.Shared.Endpoints;

/// <summary>
/// Reads ids in every form that clients may send: hyphenated, 32 digits, braced or <c>urn:uuid:</c>, any case.
/// </summary>
public static class Uuid
{
    /// <summary>True and the id, or false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Guid id)
    {
        if (text.StartsWith("urn:uuid:", StringComparison.OrdinalIgnoreCase))
            text = text[9..];
        return text.Length switch
        {
            36 => Guid.TryParseExact(text, "D", out id),
            32 => Guid.TryParseExact(text, "N", out id),
            38 => Guid.TryParseExact(text, "B", out id),
            _ => (id = default) != default,
        };
    }
}
