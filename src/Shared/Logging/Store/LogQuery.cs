using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Chatalot.Shared.Logging.Store;

/// <summary>What is looked for. What is null does not matter; all the rest must hold.</summary>
public sealed record LogQuery
{
    private static readonly string[] Levels = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR"];

    /// <summary>Least level: <c>trace</c>, <c>debug</c>, <c>info</c>, <c>warn</c> or <c>error</c>.</summary>
    public string? Level { get; init; }

    /// <summary>Beginning of the category, or of the target under which operators know it.</summary>
    public string? Category { get; init; }

    /// <summary>Text in the message, the error or any other value, whatever its case.</summary>
    public string? Text { get; init; }

    /// <summary>A value of the event, by its name in snake case.</summary>
    public (string Name, string Value)? Property { get; init; }

    /// <summary>Id of the request.</summary>
    public string? RequestId { get; init; }

    /// <summary>W3C trace id.</summary>
    public string? TraceId { get; init; }

    /// <summary>Id of the user who called, or of whom the event tells.</summary>
    public string? UserId { get; init; }

    /// <summary>Not older than this.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Older than this.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>True when the word names a level.</summary>
    public static bool IsLevel(string word) => Levels.Contains(word.ToUpperInvariant());

    /// <summary>
    /// Texts of which a matching line holds at least one, as they stand in the file; null when nothing selective is
    /// asked for. The rarest condition gives them.
    /// </summary>
    internal string[]? Needles =>
        RequestId is { } request ? [Escaped(request)]
        : TraceId is { } trace ? [Escaped(trace)]
        : UserId is { } user ? [Escaped(user)]
        : Text is { Length: > 0 } text ? [Escaped(text)]
        : Property is { } property ? [Escaped(property.Value)]
        : Category is { } category ? [$":\"{Escaped(category)}"]
        : Level is { } level && LevelIndex(level) > LevelIndex("INFO")
            ? [.. Levels[LevelIndex(level)..].Select(word => $"\"level\":\"{word}\"")]
        : null;

    /// <summary>Whether the event is one of those.</summary>
    public bool Matches(JsonElement entry)
    {
        var time = ValueOf(entry, "@t");
        return (Since is null || string.CompareOrdinal(time, Sortable(Since.Value)) >= 0)
            && (Until is null || string.CompareOrdinal(time, Sortable(Until.Value)) < 0)
            && (Level is null || LevelIndex(ValueOf(entry, "level")) >= LevelIndex(Level))
            && (Category is null || StartsWith(entry, "category", Category) || StartsWith(entry, "target", Category))
            && (RequestId is null || ValueOf(entry, "request_id") == RequestId)
            && (TraceId is null || ValueOf(entry, "trace_id") == TraceId)
            && (UserId is null || ValueOf(entry, "user_id").Equals(UserId, StringComparison.OrdinalIgnoreCase))
            && (Property is not { } p || ValueOf(entry, p.Name).Equals(p.Value, StringComparison.OrdinalIgnoreCase))
            && (Text is null || entry.EnumerateObject().Any(member => Contains(member, Text)));
    }

    /// <summary>As times stand in lines, so that texts compare as times do.</summary>
    internal static string Sortable(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    private static int LevelIndex(string word) => Array.IndexOf(Levels, word.ToUpperInvariant());

    private static bool StartsWith(JsonElement entry, string member, string text) =>
        ValueOf(entry, member).StartsWith(text, StringComparison.OrdinalIgnoreCase);

    private static bool Contains(JsonProperty member, string text) =>
        member.Name is not ("@t" or "ts" or "@m" or "level" or "@l")
        && member.Value.ToString().Contains(text, StringComparison.OrdinalIgnoreCase);

    private static string ValueOf(JsonElement entry, string member) =>
        entry.TryGetProperty(member, out var value) ? value.ToString() : "";

    private static string Escaped(string text) =>
        JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString();
}

/// <summary>Found events, newest first.</summary>
/// <param name="Entries">Each as it was logged.</param>
/// <param name="Next">Where to go on for older ones; null: there are none, or none that can be reached.</param>
/// <param name="ScannedBytes">How much was read to find them.</param>
public sealed record LogPage(IReadOnlyList<JsonElement> Entries, string? Next, long ScannedBytes);
