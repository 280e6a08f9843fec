using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Chatalot.Shared.Http;

/// <summary>Which web origins may call this server from a browser or desktop shell.</summary>
public sealed record CorsSettings
{
    /// <summary>Origins of the desktop client on its operating systems.</summary>
    public static IReadOnlyList<string> DesktopOrigins { get; } =
    ["tauri://localhost", "http://tauri.localhost", "https://tauri.localhost"];

    /// <summary>Exact origins (<c>https://chat.example.com</c>); a single <c>*</c> stands for any.</summary>
    public IReadOnlyList<string> Origins { get; init; } = DesktopOrigins;
}

/// <summary>
/// Cross-origin answers as clients know them (contract, operations.md 5.4): every OPTIONS request is answered here with
/// 200 and no body; no credentials. The framework's own middleware answers 204, and only to well-formed preflights.
/// </summary>
internal sealed class Cors(RequestDelegate next, CorsSettings settings)
{
    private static readonly StringValues Methods = "GET,POST,PUT,PATCH,DELETE,OPTIONS";
    private static readonly StringValues RequestHeaders = "content-type,authorization";
    private static readonly StringValues Vary = "origin, access-control-request-method, access-control-request-headers";
    private static readonly StringValues Exposed =
        "Retry-After, Content-Disposition, X-Request-Id, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset";
    private static readonly StringValues MaxAgeSeconds = "600";

    private readonly bool allowsAny = settings.Origins.Contains("*");
    private readonly FrozenSet<string> origins = settings.Origins.ToFrozenSet(StringComparer.Ordinal);

    public Task InvokeAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.Append("Vary", Vary);
        var origin = context.Request.Headers.Origin.ToString();
        var isAllowed = origin.Length > 0 && (allowsAny || origins.Contains(origin));
        if (isAllowed)
            headers.AccessControlAllowOrigin = allowsAny ? "*" : origin;
        if (!HttpMethods.IsOptions(context.Request.Method))
        {
            if (isAllowed)
                headers.AccessControlExposeHeaders = Exposed;
            return next(context);
        }
        headers.AccessControlAllowMethods = Methods;
        headers.AccessControlAllowHeaders = RequestHeaders;
        headers.AccessControlMaxAge = MaxAgeSeconds;
        return Task.CompletedTask;
    }
}
