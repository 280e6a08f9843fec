using Microsoft.Extensions.Logging;

namespace Chatalot.Shared.Postgres.Embedded;

internal static partial class EmbeddedPostgresLog
{
    [LoggerMessage(
        EventName = "DatabaseClusterCreated",
        Level = LogLevel.Information,
        Message = "Created a private PostgreSQL {Version} database in {Folder}, with its passwords, in {Milliseconds} ms"
    )]
    public static partial void Created(ILogger logger, string version, string folder, long milliseconds);

    [LoggerMessage(
        EventName = "DatabaseClusterReady",
        Level = LogLevel.Information,
        Message = "PostgreSQL {Version} is ready (process {ProcessId}, {Milliseconds} ms)"
    )]
    public static partial void Ready(ILogger logger, string version, int processId, long milliseconds);

    [LoggerMessage(
        EventName = "DatabaseClusterTakenOver",
        Level = LogLevel.Information,
        Message = "PostgreSQL still runs from an earlier start (process {ProcessId}): taking it over"
    )]
    public static partial void TakingOver(ILogger logger, int processId);

    [LoggerMessage(
        EventName = "DatabaseExtensionMissing",
        Level = LogLevel.Information,
        Message = "This PostgreSQL has no extension {Extension}; install its contrib package to use it"
    )]
    public static partial void ExtensionMissing(ILogger logger, string extension);

    [LoggerMessage(
        EventName = "DatabaseClusterDied",
        Level = LogLevel.Warning,
        Message = "PostgreSQL ended unexpectedly ({Reason}): starting it again"
    )]
    public static partial void Died(ILogger logger, string reason);

    [LoggerMessage(
        EventName = "DatabaseClusterRestarted",
        Level = LogLevel.Information,
        Message = "PostgreSQL is ready again (process {ProcessId})"
    )]
    public static partial void Restarted(ILogger logger, int processId);

    [LoggerMessage(
        EventName = "DatabaseClusterRestartFailed",
        Level = LogLevel.Warning,
        Message = "PostgreSQL could not be started again: {Reason}"
    )]
    public static partial void RestartFailed(ILogger logger, string reason);

    [LoggerMessage(EventName = "DatabaseClusterStopped", Level = LogLevel.Information, Message = "PostgreSQL stopped")]
    public static partial void Stopped(ILogger logger);

    [LoggerMessage(
        EventName = "DatabaseClusterStoppedAtOnce",
        Level = LogLevel.Warning,
        Message = "PostgreSQL did not stop within {Seconds:0} s and was ended at once; it recovers at its next start"
    )]
    public static partial void StoppedAtOnce(ILogger logger, double seconds);

    [LoggerMessage(
        EventName = "DatabaseClusterKilled",
        Level = LogLevel.Warning,
        Message = "PostgreSQL did not react for {Seconds:0} s and was killed; it recovers at its next start"
    )]
    public static partial void Killed(ILogger logger, double seconds);

    [LoggerMessage(
        EventName = "DatabaseClusterLeftBehind",
        Level = LogLevel.Warning,
        Message = "PostgreSQL (process {ProcessId}) was killed but is held by the kernel, as by a disk that does not answer; "
            + "the next start waits for its end"
    )]
    public static partial void LeftBehind(ILogger logger, int processId);
}
