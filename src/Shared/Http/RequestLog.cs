using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Chatalot.Shared.Http;

/// <summary>
/// One line at the start and one at the end of each request, at DEBUG (contract, operations.md G46). Routes, never
/// paths: those carry webhook tokens. Failures are reported by <see cref="ErrorEdge"/>.
/// </summary>
internal sealed partial class RequestLog(RequestDelegate next, ILogger<RequestLog> log)
{
    public Task InvokeAsync(HttpContext context) =>
        log.IsEnabled(LogLevel.Debug) ? LogAroundAsync(context) : next(context);

    private async Task LogAroundAsync(HttpContext context)
    {
        var startedAt = Stopwatch.GetTimestamp();
        LogStarted(context.Request.Method);
        await next(context);
        var route = context.RouteForLog();
        var elapsed = (long)Stopwatch.GetElapsedTime(startedAt).TotalMilliseconds;
        LogFinished(context.Request.Method, route, context.Response.StatusCode, elapsed);
    }

    [LoggerMessage(
        EventId = 1,
        EventName = "RequestStarted",
        Level = LogLevel.Debug,
        Message = "started processing request method={Method}"
    )]
    private partial void LogStarted(string method);

    [LoggerMessage(
        EventId = 2,
        EventName = "RequestFinished",
        Level = LogLevel.Debug,
        Message = "finished processing request method={Method} route={Route} status={Status} ms={Ms}"
    )]
    private partial void LogFinished(string method, string route, int status, long ms);
}
