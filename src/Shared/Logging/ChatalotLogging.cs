using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Formatting;

namespace Chatalot.Shared.Logging;

/// <summary>Sets up the log: standard output, one line for each event, nothing else.</summary>
public static class ChatalotLogging
{
    /// <summary>
    /// Replaces the framework's log providers. Lines are written by a thread of their own: a reader of standard output
    /// that stalls does not stall requests.
    /// </summary>
    /// <param name="logging">The host's logging.</param>
    /// <param name="verbosity">Who may write what.</param>
    /// <param name="isJson">JSON objects instead of text.</param>
    public static ILoggingBuilder AddChatalotLogging(this ILoggingBuilder logging, Verbosity verbosity, bool isJson)
    {
        ITextFormatter format = isJson ? new JsonLineFormatter() : new TextLineFormatter();
        var serilog = new LoggerConfiguration()
            .MinimumLevel.Verbose()
            .WriteTo.Async(sinks => sinks.Console(format), bufferSize: 10_000)
            .CreateLogger();
        return logging.AddSerilog(serilog, verbosity);
    }

    /// <summary>The same log with lines going elsewhere.</summary>
    internal static ILoggingBuilder AddChatalotLogging(
        this ILoggingBuilder logging,
        Verbosity verbosity,
        bool isJson,
        TextWriter output
    ) =>
        logging.AddSerilog(
            new LoggerConfiguration()
                .MinimumLevel.Verbose()
                .WriteTo.Sink(new WriterSink(isJson ? new JsonLineFormatter() : new TextLineFormatter(), output))
                .CreateLogger(),
            verbosity
        );

    private static ILoggingBuilder AddSerilog(this ILoggingBuilder logging, Logger serilog, Verbosity verbosity)
    {
        logging.ClearProviders();
        // The provider below decides; the framework's own filter must let everything reach it.
        logging.SetMinimumLevel(LogLevel.Trace);
        // By a factory: the container disposes what it made itself, and disposal writes the last lines.
        logging.Services.AddSingleton<ILoggerProvider>(_ => new LeveledLoggerProvider(
            new SerilogLoggerProvider(serilog, dispose: true),
            verbosity
        ));
        return logging;
    }

    private sealed class WriterSink(ITextFormatter format, TextWriter output) : ILogEventSink
    {
        private readonly Lock gate = new();

        public void Emit(LogEvent logEvent)
        {
            lock (gate)
                format.Format(logEvent, output);
        }
    }
}
