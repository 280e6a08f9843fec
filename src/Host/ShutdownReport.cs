using Chatalot.Shared.Http;
using Chatalot.Shared.Realtime;
using Chatalot.Shared.Scheduling;

namespace Chatalot.Host;

/// <summary>
/// Says that the server stops and, at the end, what became of what was under way (contract, operations.md 3.2, 8.5).
/// </summary>
internal sealed partial class ShutdownReport(
    RequestCount requests,
    Connections connections,
    JobInterruptions jobs,
    IHostApplicationLifetime lifetime,
    ILoggerFactory loggers
) : IHostedService
{
    private readonly ILogger logger = loggers.CreateLogger("Chatalot.Startup");
    private long answeredBefore;
    private long brokenOffBefore;
    private int sockets;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStopping.Register(Begin);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The last line of a server that was told to stop.</summary>
    public void LogEnd(ILogger last)
    {
        var finished = requests.Answered - answeredBefore;
        var cutOff = requests.BrokenOff - brokenOffBefore + requests.UnderWay;
        LogStopped(last, finished, cutOff, sockets, jobs.Count);
    }

    /// <summary>The last lines of a server that was told to stop before it served.</summary>
    public static void LogEndOfStart(ILogger last)
    {
        LogStopping(last);
        LogStopped(last, finished: 0, cutOff: 0, sockets: 0, jobs: 0);
    }

    private void Begin()
    {
        // A start that failed has a line of its own.
        if (!lifetime.ApplicationStarted.IsCancellationRequested)
            return;
        (answeredBefore, brokenOffBefore) = (requests.Answered, requests.BrokenOff);
        sockets = connections.Count;
        LogStopping(logger);
    }

    [LoggerMessage(EventName = "ShutdownSignal", Level = LogLevel.Information, Message = "Shutdown signal received")]
    private static partial void LogStopping(ILogger logger);

    [LoggerMessage(
        EventName = "ShutDown",
        Level = LogLevel.Information,
        Message = "Server shut down gracefully: {Finished} requests finished, {CutOff} cut off, {Sockets} sockets closed, "
            + "{Jobs} jobs interrupted"
    )]
    private static partial void LogStopped(ILogger logger, long finished, long cutOff, int sockets, int jobs);
}
