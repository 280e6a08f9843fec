using Microsoft.Extensions.Logging;

namespace Chatalot.Shared.Logging;

/// <summary>
/// Decides once for each logger what it may write, so that a silent log call costs one comparison. Scopes are dropped:
/// the framework's hold the raw path.
/// </summary>
internal sealed class LeveledLoggerProvider(ILoggerProvider inner, Verbosity verbosity) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName)
    {
        var least = verbosity.LevelOf(categoryName);
        if (LogCategory.IsFrameworkRequestLog(categoryName) && least < LogLevel.Warning)
            least = LogLevel.Warning;
        return new LeveledLogger(inner.CreateLogger(categoryName), least, LogCategory.IsChatty(categoryName));
    }

    public void Dispose() => inner.Dispose();

    private sealed class LeveledLogger(ILogger inner, LogLevel least, bool isChatty) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None && Adjust(logLevel) >= least;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            var level = Adjust(logLevel);
            if (logLevel != LogLevel.None && level >= least)
                inner.Log(level, eventId, state, exception, formatter);
        }

        private LogLevel Adjust(LogLevel level) => isChatty && level == LogLevel.Information ? LogLevel.Debug : level;
    }
}
