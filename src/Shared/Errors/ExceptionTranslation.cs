using Chatalot.Shared.Postgres;
using Microsoft.AspNetCore.Http;

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
            }
        }
        return DatabaseFailure.IsConnectionFailure(exception) ? Failure.DatabaseUnavailable : Failure.Internal;
    }
}
