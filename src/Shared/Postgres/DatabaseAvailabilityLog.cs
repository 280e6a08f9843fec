using Microsoft.Extensions.Logging;

namespace Chatalot.Shared.Postgres;

internal static partial class DatabaseAvailabilityLog
{
    [LoggerMessage(EventName = "DatabaseConnected", Level = LogLevel.Information, Message = "Database connected")]
    public static partial void Connected(ILogger logger);

    [LoggerMessage(
        EventName = "DatabaseNotReachable",
        Level = LogLevel.Warning,
        Message = "Database not reachable, attempt {Attempt}: {Reason}"
    )]
    public static partial void NotReachable(ILogger logger, int attempt, string reason);

    [LoggerMessage(
        EventName = "DatabaseConnectionBroken",
        Level = LogLevel.Warning,
        Message = "Database connection broken, the database answers: {Reason}"
    )]
    public static partial void Broken(ILogger logger, string reason);

    [LoggerMessage(EventName = "DatabaseLost", Level = LogLevel.Warning, Message = "Database lost: {Reason}")]
    public static partial void Lost(ILogger logger, string reason);

    [LoggerMessage(
        EventName = "DatabaseBack",
        Level = LogLevel.Information,
        Message = "Database back after {Seconds:0.0} s"
    )]
    public static partial void Back(ILogger logger, double seconds);

    [LoggerMessage(
        EventName = "DatabaseObserverFailed",
        Level = LogLevel.Error,
        Message = "A part of the server could not follow a change of the database's availability"
    )]
    public static partial void ObserverFailed(ILogger logger, Exception reason);
}
