using Chatalot.Shared.Postgres;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Chatalot.Shared.Errors;

/// <summary>What a caller is told about an exception, over HTTP and over a socket alike.</summary>
public static class ExceptionTranslation
{
    /// <summary>
    /// The refusal that the exception carries or stands for; <see cref="Failure.Internal"/> for everything else.
    /// </summary>
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
                case PostgresException { SqlState: PostgresErrorCodes.ForeignKeyViolation }:
                    // What the request is about was deleted while it was being looked at.
                    return Failure.NotFound("not found");
                case PostgresException
                {
                    SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure
                }:
                    // The database chose this one of two that were in each other's way.
                    return Failure.Busy;
            }
        }
        return DatabaseFailure.IsConnectionFailure(exception) ? Failure.DatabaseUnavailable : Failure.Internal;
    }
}
