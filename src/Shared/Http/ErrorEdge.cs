using System.Data.Common;
using System.Diagnostics;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Chatalot.Shared.Http;

/// <summary>
/// The one place where exceptions and bare status codes become the contract's error body. A client that went away is no
/// error; what this server did wrong is one ERROR line and a 500 that tells nothing of the cause.
/// </summary>
internal sealed partial class ErrorEdge(RequestDelegate next, ILogger<ErrorEdge> log)
{
    /// <summary>Nobody reads this status; it tells the request log that the client hung up.</summary>
    private const int ClientClosedRequest = 499;

    public async Task InvokeAsync(HttpContext context)
    {
        var startedAt = Stopwatch.GetTimestamp();
        try
        {
            await next(context);
        }
        catch (Exception exception) when (IsClientGone(exception, context))
        {
            if (!context.Response.HasStarted)
                context.Response.StatusCode = ClientClosedRequest;
            return;
        }
        catch (Exception exception)
        {
            // The edge: whatever was thrown becomes an error body and, unless it is a refusal, a line in the log.
            await AnswerAsync(context, exception, startedAt);
            return;
        }
        var status = context.Response.StatusCode;
        if (status < 400)
            return;
        Report(context, status, exception: null, startedAt);
        if (IsBareError(context.Response))
            await ErrorBody.WriteAsync(context, ErrorBody.OfStatus(status));
    }

    private static bool IsClientGone(Exception exception, HttpContext context) =>
        context.RequestAborted.IsCancellationRequested
        && exception is OperationCanceledException or ConnectionResetException or IOException;

    private static bool IsBareError(HttpResponse response) =>
        response is { StatusCode: >= 400, HasStarted: false, ContentType: null, ContentLength: null or 0 };

    private async Task AnswerAsync(HttpContext context, Exception exception, long startedAt)
    {
        var failure = ExceptionTranslation.Translate(exception);
        if (failure == Failure.DatabaseUnavailable)
            context.RequestServices.GetService<DatabaseAvailability>()?.ReportFailure(exception);
        var isFault = failure == Failure.Internal || (failure == Failure.Busy && exception is DbException);
        Report(context, failure.Status, isFault ? exception : null, startedAt);
        if (context.Response.HasStarted)
        {
            // Half an answer must not look like a whole one.
            context.Abort();
            return;
        }
        if (failure.Status == StatusCodes.Status413PayloadTooLarge)
            context.Response.Headers.Connection = "close";
        await ErrorBody.WriteAsync(context, failure);
    }

    private static string Kind(Exception exception) => exception is DbException ? "Database" : "Unexpected";

    /// <summary>Of what was thrown by the database its code and text; the values are in neither.</summary>
    private static string Cause(Exception exception) =>
        exception is DbException ? DatabaseFailure.Describe(exception) : exception.GetType().Name;

    /// <summary>
    /// One ERROR line for each fault and each 5xx but 503: that is a state and no fault of the request, and whoever
    /// watches the state logs its begin and its end once.
    /// </summary>
    private void Report(HttpContext context, int status, Exception? exception, long startedAt)
    {
        if (exception is null && status is < 500 or StatusCodes.Status503ServiceUnavailable)
            return;
        var method = context.Request.Method;
        var route = context.RouteForLog();
        var elapsed = (long)Stopwatch.GetElapsedTime(startedAt).TotalMilliseconds;
        if (exception is not null)
            LogUnexpected(
                exception,
                Kind(exception),
                Cause(exception),
                method,
                route,
                status,
                elapsed,
                context.TraceIdentifier
            );
        else
            LogFailed(method, route, status, elapsed, context.TraceIdentifier);
    }

    [LoggerMessage(
        EventId = 1,
        EventName = "UnexpectedError",
        Level = LogLevel.Error,
        Message = "{Kind} error: {Cause}; response failed: method={Method} route={Route} status={Status} ms={Ms} "
            + "request_id={RequestId}"
    )]
    private partial void LogUnexpected(
        Exception exception,
        string kind,
        string cause,
        string method,
        string route,
        int status,
        long ms,
        string requestId
    );

    [LoggerMessage(
        EventId = 2,
        EventName = "ResponseFailed",
        Level = LogLevel.Error,
        Message = "response failed: method={Method} route={Route} status={Status} ms={Ms} request_id={RequestId}"
    )]
    private partial void LogFailed(string method, string route, int status, long ms, string requestId);
}
