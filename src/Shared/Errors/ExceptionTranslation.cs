using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Chatalot.Shared.Errors;

/// <summary>What a caller is told about an exception, over HTTP and over a socket alike.</summary>
public static class ExceptionTranslation
{
    /// <summary>The refusal that the exception carries or stands for; <see cref="Failure.Internal"/> for everything else.</summary>
    public static Failure Translate(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case FailureException refusal:
                    return refusal.Failure;
                case BadHttpRequestException { StatusCode: var status }:
                    return ErrorBody.OfStatus(status);
                case NpgsqlException database when IsUnreachable(database):
                    return Failure.DatabaseUnavailable;
            }
        }
        return Failure.Internal;
    }

    /// <summary>
    /// No connection, a lost one, none free in time, or a server that is starting, stopping or full (PostgreSQL error
    /// classes 08, 53 and 57P). An error in a statement is ours.
    /// </summary>
    private static bool IsUnreachable(NpgsqlException exception) =>
        exception is not PostgresException { SqlState: var state }
        || state.StartsWith("08", StringComparison.Ordinal)
        || state.StartsWith("53", StringComparison.Ordinal)
        || state.StartsWith("57P", StringComparison.Ordinal);
}
