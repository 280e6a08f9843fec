using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;

namespace Chatalot.Shared.Http;

/// <summary>
/// Counts and times requests by route pattern, method and status class: labels that the code bounds, never a path that
/// a caller chooses. A socket counts as one request and its life is not a duration. Meter <c>Chatalot.Http</c>.
/// </summary>
internal sealed class RequestMetrics(RequestDelegate next, RequestCount count)
{
    private static readonly Meter Meter = new("Chatalot.Http");
    private static readonly Counter<long> Requests = Meter.CreateCounter<long>(
        "chatalot.http.requests",
        null,
        "Requests that were answered, by route, method and status class."
    );
    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "chatalot.http.request_duration",
        "s",
        "How long requests took, by route and method."
    );
    private static readonly UpDownCounter<long> InFlight = Meter.CreateUpDownCounter<long>(
        "chatalot.http.requests_in_flight",
        null,
        "Requests and sockets that are being served."
    );
    private static readonly Counter<long> Uploads = Meter.CreateCounter<long>(
        "chatalot.uploads",
        null,
        "Files and pictures that were taken in."
    );
    private static readonly Counter<long> UploadBytes = Meter.CreateCounter<long>(
        "chatalot.uploads.size",
        "By",
        "Bytes of the requests that brought files and pictures."
    );

    /// <summary>Refused calls, by the token bucket that was empty.</summary>
    internal static readonly Counter<long> RateLimited = Meter.CreateCounter<long>(
        "chatalot.http.rate_limited",
        null,
        "Calls that were refused with 429, by bucket."
    );

    private static readonly string[] Classes = ["0xx", "1xx", "2xx", "3xx", "4xx", "5xx"];

    public async Task InvokeAsync(HttpContext context)
    {
        var startedAt = Stopwatch.GetTimestamp();
        // A socket ends by itself and is told apart when the server stops.
        var isCounted = !context.Request.Path.StartsWithSegments("/ws", StringComparison.OrdinalIgnoreCase);
        InFlight.Add(1);
        if (isCounted)
            count.Begin();
        try
        {
            await next(context);
        }
        finally
        {
            InFlight.Add(-1);
            if (isCounted)
                count.End(context.RequestAborted.IsCancellationRequested);
            Count(context, Stopwatch.GetElapsedTime(startedAt));
        }
    }

    private static void Count(HttpContext context, TimeSpan elapsed)
    {
        var status = context.Response.StatusCode;
        var route = new KeyValuePair<string, object?>("route", context.RouteForLog());
        var method = new KeyValuePair<string, object?>("method", MethodLabel(context.Request.Method));
        Requests.Add(1, route, method, new("status", Classes[Math.Clamp(status / 100, 0, 5)]));
        if (context.WebSockets.IsWebSocketRequest)
            return;
        Duration.Record(elapsed.TotalSeconds, route, method);
        if (status == StatusCodes.Status200OK && BodyLimits.IsUpload(context.GetEndpoint()))
        {
            Uploads.Add(1);
            UploadBytes.Add(context.Request.ContentLength ?? 0);
        }
    }

    /// <summary>Anybody may make up a method.</summary>
    private static string MethodLabel(string method) =>
        method is "GET" or "POST" or "PUT" or "PATCH" or "DELETE" or "HEAD" or "OPTIONS" ? method : "OTHER";
}
