using System.Buffers;
using System.Globalization;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Parsing;

namespace Chatalot.Shared.Logging;

/// <summary>
/// One event, one line: <c>2026-02-16T10:00:00.000000Z INFO Chatalot.Startup: Listening on 0.0.0.0:8080 key=value</c>
/// (contract, operations.md 7.2). Line breaks and other control characters are escaped wherever they come from, so that
/// nobody can forge a line.
/// </summary>
internal sealed class TextLineFormatter : ITextFormatter
{
    private static readonly SearchValues<char> NeedsQuotes = SearchValues.Create(" \"=");

    public void Format(LogEvent logEvent, TextWriter output)
    {
        output.Write(logEvent.Time());
        output.Write(' ');
        output.Write(logEvent.LevelWord());
        output.Write(' ');
        output.Write(logEvent.Category().Name);
        output.Write(": ");
        WriteEscaped(output, logEvent.Message());

        var shown = logEvent
            .MessageTemplate.Tokens.OfType<PropertyToken>()
            .Select(token => token.PropertyName)
            .ToHashSet();
        foreach (var (name, value) in logEvent.Values().Where(property => !shown.Contains(property.Key)))
            WritePair(output, LogEventReading.SnakeCase(name), LogEventReading.Text(value));
        if (logEvent.TraceId is { } trace && !shown.Contains("RequestId"))
            WritePair(output, "request_id", trace.ToHexString());
        if (logEvent.Exception is { } exception)
            WritePair(output, "error", exception.ToString().ReplaceLineEndings(" | "));
        output.Write('\n');
    }

    private static void WritePair(TextWriter output, string name, string value)
    {
        output.Write(' ');
        output.Write(name);
        output.Write('=');
        var isQuoted = value.Length == 0 || value.AsSpan().ContainsAny(NeedsQuotes);
        if (isQuoted)
            output.Write('"');
        WriteEscaped(output, isQuoted ? value.Replace("\"", "\\\"", StringComparison.Ordinal) : value);
        if (isQuoted)
            output.Write('"');
    }

    private static void WriteEscaped(TextWriter output, string text)
    {
        foreach (var character in text)
        {
            switch (character)
            {
                case '\n':
                    output.Write("\\n");
                    break;
                case '\r':
                    output.Write("\\r");
                    break;
                case '\t':
                    output.Write("\\t");
                    break;
                // U+2028 and U+2029 break lines too, in the eyes of some readers.
                case var control when char.IsControl(control) || control is '\u2028' or '\u2029':
                    output.Write(string.Create(CultureInfo.InvariantCulture, $"\\u{(int)control:x4}"));
                    break;
                default:
                    output.Write(character);
                    break;
            }
        }
    }
}
