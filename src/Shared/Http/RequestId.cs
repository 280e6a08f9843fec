using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Chatalot.Shared.Http;

/// <summary>
/// One id for each request: <see cref="HttpContext.TraceIdentifier"/>, the answer's <c>X-Request-Id</c>, the
/// <c>request_id</c> of error bodies and of every log line written on the way. It is the W3C trace id (32 hex digits),
/// taken from the caller's <c>traceparent</c> when there is a valid one.
/// </summary>
internal sealed class RequestId(RequestDelegate next)
{
    public const string HeaderName = "X-Request-Id";

    public Task InvokeAsync(HttpContext context)
    {
        var id = Of(Activity.Current, context.Request.Headers.TraceParent);
        context.TraceIdentifier = id;
        context.Response.Headers[HeaderName] = id;
        return next(context);
    }

    /// <summary>The framework's activity already carries the caller's trace; it is missing when nothing observes requests.</summary>
    public static string Of(Activity? activity, string? traceParent)
    {
        if (activity is { IdFormat: ActivityIdFormat.W3C })
            return activity.TraceId.ToHexString();
        return ActivityContext.TryParse(traceParent, null, out var caller)
            ? caller.TraceId.ToHexString()
            : ActivityTraceId.CreateRandom().ToHexString();
    }
}
