using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Serilog.Events;
using Serilog.Formatting;

namespace Chatalot.Shared.Logging;

/// <summary>
/// One event, one JSON object, one line. The members that begin with <c>@</c> are those of the compact log event format
/// (CLEF), which Seq and others read; beside them stand the contract's names (operations.md 8.3): <c>ts</c>,
/// <c>level</c>, <c>category</c>, <c>target</c>, <c>msg</c>, <c>event_id</c>, <c>trace_id</c>, <c>request_id</c>,
/// <c>error</c>, and the event's own values in snake case.
/// </summary>
internal sealed class JsonLineFormatter : ITextFormatter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly HashSet<string> Reserved =
    [
        "ts",
        "level",
        "category",
        "target",
        "msg",
        "event_id",
        "trace_id",
        "request_id",
        "error",
    ];

    public void Format(LogEvent logEvent, TextWriter output)
    {
        var line = new ArrayBufferWriter<byte>(512);
        Write(logEvent, line);
        output.Write(Encoding.UTF8.GetString(line.WrittenSpan));
    }

    /// <summary>The line with its line break.</summary>
    public static void Write(LogEvent logEvent, ArrayBufferWriter<byte> line)
    {
        using (var json = new Utf8JsonWriter(line, Options))
        {
            json.WriteStartObject();
            WriteCompact(json, logEvent);
            var category = logEvent.Category();
            json.WriteString("ts", logEvent.Time());
            json.WriteString("level", logEvent.LevelWord());
            json.WriteString("category", category.Name);
            if (category.Targets is [var target, ..])
                json.WriteString("target", target);
            json.WriteString("msg", logEvent.Message());
            if (logEvent.EventName() is { } name)
                json.WriteString("event_id", name);
            if (logEvent.TraceId is { } trace)
            {
                json.WriteString("trace_id", trace.ToHexString());
                json.WriteString("request_id", trace.ToHexString());
            }
            foreach (var (key, value) in logEvent.Values())
            {
                var member = LogEventReading.SnakeCase(key);
                if (!Reserved.Contains(member))
                    WriteValue(json, member, value);
            }
            if (logEvent.Exception is { } exception)
                json.WriteString("error", $"{exception.GetType().FullName}: {exception.Message}");
            json.WriteEndObject();
        }
        line.Write("\n"u8);
    }

    /// <summary>Time first: who searches compares it without parsing.</summary>
    private static void WriteCompact(Utf8JsonWriter json, LogEvent logEvent)
    {
        json.WriteString("@t", logEvent.Time());
        json.WriteString("@m", logEvent.Message());
        if (logEvent.EventName() is { } name)
            json.WriteString("@i", name);
        if (logEvent.Level != LogEventLevel.Information)
            json.WriteString("@l", logEvent.Level.ToString());
        if (logEvent.Exception is { } exception)
            json.WriteString("@x", exception.ToString());
        if (logEvent.TraceId is { } trace)
            json.WriteString("@tr", trace.ToHexString());
        if (logEvent.SpanId is { } span)
            json.WriteString("@sp", span.ToHexString());
    }

    private static void WriteValue(Utf8JsonWriter json, string name, LogEventPropertyValue value)
    {
        switch (value)
        {
            case ScalarValue { Value: int or long or short or byte } number:
                json.WriteNumber(name, Convert.ToInt64(number.Value, null));
                break;
            case ScalarValue { Value: double number } when double.IsFinite(number):
                json.WriteNumber(name, number);
                break;
            case ScalarValue { Value: bool flag }:
                json.WriteBoolean(name, flag);
                break;
            case ScalarValue { Value: null }:
                json.WriteNull(name);
                break;
            default:
                json.WriteString(name, LogEventReading.Text(value));
                break;
        }
    }
}
