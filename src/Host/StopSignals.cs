using System.Runtime.InteropServices;
using Chatalot.Shared.Logging;

namespace Chatalot.Host;

/// <summary>
/// The first signal stops the server gracefully, at whatever point of its start it comes; whoever sends a second one
/// does not want to wait (contract, operations.md 3.2, 8.5). As the host's lifetime it takes the place of the
/// framework's, which hears signals only once the host starts, and breaks that start off.
/// </summary>
internal sealed partial class StopSignals : IHostLifetime, IDisposable
{
    /// <summary>What a shell reports for a process that a signal ended: 128 and the signal's number.</summary>
    private const int EndedBySignal = 128;

    private const int Hangup = 1;
    private const int Interrupt = 2;
    private const int Quit = 3;
    private const int Terminate = 15;

    /// <summary>SIG_DFL.</summary>
    private const nint ByDefault = 0;

    private readonly List<PosixSignalRegistration> registrations = [];
    private readonly CancellationTokenSource stop = new();
    private readonly ILogger logger;
    private readonly LogPipeline log;
    private int received;

    public StopSignals(ILogger logger, LogPipeline log)
    {
        this.logger = logger;
        this.log = log;
        // A terminal that is closed must not leave the private PostgreSQL behind; under nohup nothing comes.
        Register(PosixSignal.SIGHUP, Hangup);
        Register(PosixSignal.SIGTERM, Terminate);
        Register(PosixSignal.SIGINT, Interrupt);
        Register(PosixSignal.SIGQUIT, Quit);
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Stop => stop.Token;

    /// <summary>
    /// A shell without job control starts what it puts in the background deaf to SIGINT, and .NET leaves a process as
    /// deaf as it finds it. It looks only once, so this comes before everything else.
    /// </summary>
    public static void HearInterrupts() => _ = SetHandler(Interrupt, ByDefault);

    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        foreach (var registration in registrations)
            registration.Dispose();
        stop.Dispose();
    }

    private void Register(PosixSignal signal, int number) =>
        registrations.Add(PosixSignalRegistration.Create(signal, context => Count(context, number)));

    private void Count(PosixSignalContext context, int number)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref received) < 2)
        {
            stop.Cancel();
            return;
        }
        LogImpatient(logger);
        log.Dispose();
        Environment.Exit(EndedBySignal + number);
    }

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SetHandler(int signal, nint handler);

    [LoggerMessage(
        EventName = "SecondSignal",
        Level = LogLevel.Warning,
        Message = "Second shutdown signal received: exiting at once"
    )]
    private static partial void LogImpatient(ILogger logger);
}
