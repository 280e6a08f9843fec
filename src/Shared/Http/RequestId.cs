using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Chatalot.Shared.Http;

/// <summary>
/// One id for each request: <see cref="HttpContext.TraceIdentifier"/>, the answer's <c>X-Request-Id</c>, the
/// <c>request_id</c> of error bodies and of every log line written on the way. It is the W3C trace id (32 hex digits),
/// taken from the caller's <c>traceparent</c> when there is a valid one; the answer's <c>traceparent</c> names it and
/// this server's span.
/// </summary>
internal sealed class RequestId(RequestDelegate next)
{
    public const string HeaderName = "X-Request-Id";

    public Task InvokeAsync(HttpContext context)
    {
        // The framework's activity already carries the caller's trace; it is missing when nothing observes requests.
        if (Activity.Current is not { IdFormat: ActivityIdFormat.W3C } activity)
            return TraceAsync(context);
        Mark(context, activity);
        return next(context);
    }

    private async Task TraceAsync(HttpContext context)
    {
        using var activity = Begin(context.Request.Headers.TraceParent);
        Mark(context, activity);
        await next(context);
    }

    /// <summary>An activity in the caller's trace when there is a valid one, else in a trace of its own.</summary>
    internal static Activity Begin(string? traceParent)
    {
        var activity = new Activity("request").SetIdFormat(ActivityIdFormat.W3C);
        if (ActivityContext.TryParse(traceParent, null, out var caller))
            activity.SetParentId(caller.TraceId, caller.SpanId, caller.TraceFlags);
        return activity.Start();
    }

    private static void Mark(HttpContext context, Activity activity)
    {
        var id = activity.TraceId.ToHexString();
        context.TraceIdentifier = id;
        context.Response.Headers[HeaderName] = id;
        context.Response.Headers.TraceParent = activity.Id;
    }
}
