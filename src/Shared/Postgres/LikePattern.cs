namespace Chatalot.Shared.Postgres;

/// <summary>Patterns of <c>like</c> and <c>ilike</c> from what people type, in which every sign means itself.</summary>
public static class LikePattern
{
    /// <summary>Any text that contains this one.</summary>
    public static string Containing(string part) => $"%{Escape(part)}%";

    /// <summary>Any text that begins with this one.</summary>
    public static string StartingWith(string beginning) => $"{Escape(beginning)}%";

    private static string Escape(string text) =>
        text.Replace(@"\", @"\\", StringComparison.Ordinal)
            .Replace("%", @"\%", StringComparison.Ordinal)
            .Replace("_", @"\_", StringComparison.Ordinal);
}
