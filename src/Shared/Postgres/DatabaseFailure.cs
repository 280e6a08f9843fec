using System.Net.Sockets;
using Npgsql;

namespace Chatalot.Shared.Postgres;

/// <summary>Tells a database that cannot be reached from a statement that it refused.</summary>
public static class DatabaseFailure
{
    /// <summary>
    /// True when the exception, or one inside it, says that the connection failed: refused, broken, silent past its
    /// time limit, or ended by the database's shutdown. False for everything that a reachable database answers.
    /// </summary>
    public static bool IsConnectionFailure(Exception exception) =>
        exception switch
        {
            PostgresException answer => EndsConnection(answer.SqlState),
            NpgsqlException { InnerException: IOException or SocketException or TimeoutException } => true,
            AggregateException several => several.InnerExceptions.Any(IsConnectionFailure),
            _ => exception.InnerException is { } inner && IsConnectionFailure(inner),
        };

    /// <summary>The reason in one line for a log: what failed and why. Npgsql's messages hold no password.</summary>
    public static string Describe(Exception exception)
    {
        var cause = exception.GetBaseException().Message;
        var text = exception.Message.Contains(cause, StringComparison.Ordinal)
            ? exception.Message
            : $"{exception.Message}: {cause}";
        return text.ReplaceLineEndings(" ");
    }

    private static bool EndsConnection(string sqlState) =>
        sqlState.StartsWith("08", StringComparison.Ordinal)
        || sqlState
            is PostgresErrorCodes.AdminShutdown
                or PostgresErrorCodes.CrashShutdown
                or PostgresErrorCodes.CannotConnectNow
                or PostgresErrorCodes.TooManyConnections;
}
