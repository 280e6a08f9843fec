using Chatalot.Shared.Postgres;
using Microsoft.Extensions.Logging;

namespace Chatalot.Shared.Logging;

/// <summary>
/// Decides what a logger may write; a silent log call costs one comparison. Scopes are dropped: the framework's hold
/// the raw path.
/// </summary>
internal sealed class LeveledLoggerProvider(ILoggerProvider inner, VerbositySwitch verbosity, TimeSpan slowStatement)
    : ILoggerProvider
{
    private const string Driver = "Npgsql";
    private const string Statements = "Npgsql.Command";

    /// <summary>
    /// The framework's word for a host that cannot start; who starts one says it in a line that people know.
    /// </summary>
    private const string FailedStart = "HostedServiceStartupFaulted";

    public ILogger CreateLogger(string categoryName)
    {
        var logger = new LeveledLogger(inner.CreateLogger(categoryName), categoryName, verbosity);
        return categoryName == Statements && slowStatement > TimeSpan.Zero
            ? new SlowStatements(logger, inner.CreateLogger(categoryName), slowStatement)
            : logger;
    }

    public void Dispose() => inner.Dispose();

    private sealed class LeveledLogger(ILogger inner, string category, VerbositySwitch verbosity) : ILogger
    {
        private readonly bool isChatty = LogCategory.IsChatty(category);
        private readonly bool isRequestLog = LogCategory.IsFrameworkRequestLog(category);
        private readonly bool isDriver = category.StartsWith(Driver, StringComparison.Ordinal);

        /// <summary>The level and the version of the verbosity that it was read from.</summary>
        private volatile Tuple<int, LogLevel>? known;

        private LogLevel Least
        {
            get
            {
                var version = verbosity.Version;
                if (known is { } last && last.Item1 == version)
                    return last.Item2;
                var least = verbosity.Current.LevelOf(category);
                if (isRequestLog && least < LogLevel.Warning)
                    least = LogLevel.Warning;
                known = Tuple.Create(version, least);
                return least;
            }
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None && Adjust(logLevel) >= Least;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            var level = Adjust(logLevel);
            // One outage breaks many connections. It is told once, by the availability watch, whose words operators
            // know.
            if (isDriver && exception is not null && DatabaseFailure.IsConnectionFailure(exception))
                level = LogLevel.Debug;
            if (isChatty && eventId.Name == FailedStart)
                level = LogLevel.Debug;
            if (level >= Least)
                inner.Log(level, eventId, state, exception, formatter);
        }

        private LogLevel Adjust(LogLevel level) => isChatty && level == LogLevel.Information ? LogLevel.Debug : level;
    }
}
