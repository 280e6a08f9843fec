using Chatalot.Shared.Logging.Store;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Extensions.Logging;
using Serilog.Formatting;

namespace Chatalot.Shared.Logging;

/// <summary>
/// The process's one log: lines on standard output, and the last events kept for searching. Lines are written by
/// threads of their own, so that a reader of standard output that stalls does not stall requests.
/// </summary>
public sealed class LogPipeline : IDisposable
{
    private const int MostWaiting = 10_000;

    private readonly Logger serilog;
    private readonly LogOptions options;

    private LogPipeline(LogOptions options, Logger serilog, LogStore store)
    {
        this.options = options;
        this.serilog = serilog;
        Store = store;
        Verbosity = new VerbositySwitch(options.Verbosity);
    }

    /// <summary>Who may write what, now.</summary>
    public VerbositySwitch Verbosity { get; }

    /// <summary>The events of the last time.</summary>
    public LogStore Store { get; }

    /// <summary>Opens the log on standard output.</summary>
    public static LogPipeline Open(LogOptions options)
    {
        ITextFormatter format = options.IsJson ? new JsonLineFormatter() : new TextLineFormatter();
        var store = new LogStore(options.Files);
        return new LogPipeline(
            options,
            Everything()
                .WriteTo.Async(sinks => sinks.Console(format), MostWaiting)
                .WriteTo.Async(sinks => sinks.Sink(store), MostWaiting)
                .CreateLogger(),
            store
        );
    }

    /// <summary>The same log with lines going elsewhere, at once.</summary>
    internal static LogPipeline Open(LogOptions options, TextWriter output)
    {
        ITextFormatter format = options.IsJson ? new JsonLineFormatter() : new TextLineFormatter();
        var store = new LogStore(options.Files);
        return new LogPipeline(
            options,
            Everything().WriteTo.Sink(new WriterSink(format, output)).WriteTo.Sink(store).CreateLogger(),
            store
        );
    }

    /// <summary>A provider for a host or a logger factory; any number of them share this log.</summary>
    internal ILoggerProvider CreateProvider() =>
        new LeveledLoggerProvider(new SerilogLoggerProvider(serilog, dispose: false), Verbosity, options.SlowStatement);

    /// <summary>Writes the last lines.</summary>
    public void Dispose() => serilog.Dispose();

    private static LoggerConfiguration Everything() =>
        new LoggerConfiguration().MinimumLevel.Verbose().Enrich.With<RequestEnricher>();

    private sealed class WriterSink(ITextFormatter format, TextWriter output) : ILogEventSink
    {
        private readonly Lock gate = new();

        public void Emit(Serilog.Events.LogEvent logEvent)
        {
            lock (gate)
                format.Format(logEvent, output);
        }
    }
}
