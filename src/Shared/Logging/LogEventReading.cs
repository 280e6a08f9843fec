using System.Globalization;
using System.Text;
using Chatalot.Shared.Logging.Store;
using Serilog.Events;
using Serilog.Parsing;

namespace Chatalot.Shared.Logging;

/// <summary>What both formats take from an event.</summary>
internal static class LogEventReading
{
    /// <summary>RFC 3339 in UTC with microseconds and <c>Z</c>.</summary>
    public static string Time(this LogEvent entry) => LogQuery.Sortable(entry.Timestamp);

    public static string LevelWord(this LogEvent entry) =>
        entry.Level switch
        {
            LogEventLevel.Verbose => "TRACE",
            LogEventLevel.Debug => "DEBUG",
            LogEventLevel.Information => "INFO",
            LogEventLevel.Warning => "WARN",
            _ => "ERROR",
        };

    public static LogCategory Category(this LogEvent entry) =>
        LogCategory.Of(
            entry.Properties.TryGetValue("SourceContext", out var name) && name is ScalarValue { Value: string text }
                ? text
                : "Chatalot.Host"
        );

    /// <summary>The message with its values in place, strings without quotes.</summary>
    public static string Message(this LogEvent entry)
    {
        var text = new StringBuilder();
        foreach (var token in entry.MessageTemplate.Tokens)
        {
            if (token is PropertyToken property && entry.Properties.TryGetValue(property.PropertyName, out var value))
                text.Append(Text(value, property.Format));
            else
                text.Append(token);
        }
        return text.ToString();
    }

    /// <summary>The event's own values, without those that belong to every event.</summary>
    public static IEnumerable<KeyValuePair<string, LogEventPropertyValue>> Values(this LogEvent entry) =>
        entry.Properties.Where(property => property.Key is not ("SourceContext" or "EventId"));

    /// <summary>Name of the event kind, as its <c>[LoggerMessage]</c> gives it.</summary>
    public static string? EventName(this LogEvent entry) =>
        entry.Properties.TryGetValue("EventId", out var id) && id is StructureValue structure
            ? structure.Properties.FirstOrDefault(part => part.Name == "Name")?.Value
                is ScalarValue { Value: string name }
                ? name
                : null
            : null;

    public static string Text(LogEventPropertyValue value, string? format = null) =>
        value switch
        {
            ScalarValue { Value: null } => "null",
            ScalarValue { Value: string text } => text,
            ScalarValue { Value: bool flag } => flag ? "true" : "false",
            ScalarValue { Value: IFormattable formattable } => formattable.ToString(
                format,
                CultureInfo.InvariantCulture
            ),
            _ => value.ToString(null, CultureInfo.InvariantCulture),
        };

    /// <summary><c>RequestId</c> becomes <c>request_id</c>.</summary>
    public static string SnakeCase(string name) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}
