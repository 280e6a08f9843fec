using Microsoft.Extensions.Logging;

namespace Chatalot.Shared.Logging;

/// <summary>
/// Turns the driver's everyday line about a finished statement into a warning when the statement was slow: visible at
/// the default verbosity, with the route that caused it, never with values (contract, operations.md 8.7).
/// </summary>
/// <param name="usual">What else the driver's logger writes.</param>
/// <param name="output">Takes warnings whatever the verbosity says, unless it says off.</param>
/// <param name="limit">Longer is slow.</param>
internal sealed partial class SlowStatements(ILogger usual, ILogger output, TimeSpan limit) : ILogger
{
    private const int LongestText = 2000;
    private const string Duration = "DurationMs";

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <summary>The driver measures only what somebody wants to read.</summary>
    public bool IsEnabled(LogLevel logLevel) =>
        logLevel == LogLevel.Information && usual.IsEnabled(LogLevel.Critical) || usual.IsEnabled(logLevel);

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        if (
            logLevel == LogLevel.Information
            && state is IReadOnlyList<KeyValuePair<string, object?>> values
            && Milliseconds(values) is { } ms
            && ms >= limit.TotalMilliseconds
            && usual.IsEnabled(LogLevel.Critical)
        )
        {
            var text = Text(values);
            var route = RequestFacts.Route ?? "(no request)";
            LogSlow(output, (long)ms, route, text);
            return;
        }
        usual.Log(logLevel, eventId, state, exception, formatter);
    }

    private static double? Milliseconds(IReadOnlyList<KeyValuePair<string, object?>> values)
    {
        foreach (var (name, value) in values)
        {
            if (name == Duration)
                return Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture);
        }
        return null;
    }

    private static string Text(IReadOnlyList<KeyValuePair<string, object?>> values)
    {
        var text = "(batch)";
        foreach (var (name, value) in values)
        {
            if (name == "CommandText" && value is string sql)
                text = string.Join(' ', sql.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        }
        return text.Length > LongestText ? text[..LongestText] : text;
    }

    [LoggerMessage(
        EventName = "SlowStatement",
        Level = LogLevel.Warning,
        Message = "slow statement: ms={Ms} route={Route} sql={Sql}"
    )]
    private static partial void LogSlow(ILogger output, long ms, string route, string sql);
}
