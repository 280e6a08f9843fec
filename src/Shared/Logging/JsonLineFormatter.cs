using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Serilog.Events;
using Serilog.Formatting;

namespace Chatalot.Shared.Logging;

/// <summary>
/// One event, one JSON object, one line (contract, operations.md 8.3): <c>ts</c>, <c>level</c>, <c>category</c>,
/// <c>target</c>, <c>msg</c>, <c>event_id</c>, <c>request_id</c>, <c>error</c>, and the event's own values in snake case.
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
        using (var json = new Utf8JsonWriter(line, Options))
        {
            var category = logEvent.Category();
            json.WriteStartObject();
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
                json.WriteString("error", exception.ToString());
            json.WriteEndObject();
        }
        output.Write(Encoding.UTF8.GetString(line.WrittenSpan));
        output.Write('\n');
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
