using System.Runtime.InteropServices;
using Chatalot.Shared.Logging;

namespace Chatalot.Host;

/// <summary>
/// The host stops gracefully at the first signal; whoever sends a second one does not want to wait (contract, operations.md
/// 8.5).
/// </summary>
internal sealed partial class StopSignals : IDisposable
{
    /// <summary>What a shell reports for a process that a signal ended: 128 and the signal's number.</summary>
    private const int EndedBySignal = 128;

    private readonly List<PosixSignalRegistration> registrations = [];
    private readonly ILogger logger;
    private readonly LogPipeline log;
    private int received;

    public StopSignals(ILogger logger, LogPipeline log)
    {
        this.logger = logger;
        this.log = log;
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Count(context, 15)));
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Count(context, 2)));
    }

    public void Dispose()
    {
        foreach (var registration in registrations)
            registration.Dispose();
    }

    private void Count(PosixSignalContext context, int number)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref received) < 2)
            return;
        LogImpatient(logger);
        log.Dispose();
        Environment.Exit(EndedBySignal + number);
    }

    [LoggerMessage(
        EventName = "SecondSignal",
        Level = LogLevel.Warning,
        Message = "Second shutdown signal received: exiting at once"
    )]
    private static partial void LogImpatient(ILogger logger);
}
