using System.Globalization;

namespace Chatalot.Shared.Logging.Store;

/// <summary>Times as people write them when they look for something.</summary>
public static class LogTime
{
    /// <summary>
    /// An RFC 3339 time (without a zone: UTC), or how long ago: <c>30s</c>, <c>15m</c>, <c>2h</c>, <c>1d</c>. Null when
    /// it is neither.
    /// </summary>
    public static DateTimeOffset? Read(string? text, TimeProvider clock)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        var unit = text[^1] switch
        {
            's' => TimeSpan.FromSeconds(1),
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            _ => TimeSpan.Zero,
        };
        if (
            unit > TimeSpan.Zero
            && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
        )
            return count <= 100_000 ? clock.GetUtcNow() - count * unit : null;
        return
            char.IsAsciiDigit(text[0])
            && DateTimeOffset.TryParse(
                text,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out var time
            )
            ? time
            : null;
    }
}
