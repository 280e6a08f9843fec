using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Chatalot.Shared.Http;

/// <summary>
/// Headers that every answer carries, errors and preflights included (contract, operations.md 5.3), and the answer's
/// cache rule. Both are decided at the last moment, when status and the endpoint's own rule are known.
/// </summary>
internal sealed class SecurityHeaders(RequestDelegate next, HttpEdgeSettings settings)
{
    private static readonly StringValues ContentSecurityPolicy = string.Join(
        "; ",
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval' blob:",
        "style-src 'self' 'unsafe-inline'",
        "connect-src 'self' wss: https://cdn.jsdelivr.net",
        "img-src 'self' data: blob: https://media0.giphy.com https://media1.giphy.com https://media2.giphy.com"
            + " https://media3.giphy.com https://media4.giphy.com",
        "media-src 'self' blob:",
        "worker-src 'self' blob:",
        "frame-ancestors 'self' tauri://localhost",
        "base-uri 'self'",
        "form-action 'self'",
        "object-src 'none'"
    );
    private static readonly StringValues NoSniff = "nosniff";
    private static readonly StringValues XssProtection = "1; mode=block";
    private static readonly StringValues Referrer = "strict-origin-when-cross-origin";
    private static readonly StringValues Permissions = "camera=(self), microphone=(self), geolocation=()";

    private readonly StringValues strictTransport =
        "max-age=31536000; includeSubDomains" + (settings.HstsPreload ? "; preload" : "");

    private Func<object, Task>? apply;

    public Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(apply ??= Apply, context);
        return next(context);
    }

    private Task Apply(object state)
    {
        var context = (HttpContext)state;
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = NoSniff;
        headers.XXSSProtection = XssProtection;
        headers["Referrer-Policy"] = Referrer;
        headers["Permissions-Policy"] = Permissions;
        // Stored files bring a stricter one.
        if (StringValues.IsNullOrEmpty(headers.ContentSecurityPolicy))
            headers.ContentSecurityPolicy = ContentSecurityPolicy;
        // The desktop shell frames the page from a custom scheme; frame-ancestors above says who may.
        headers.Remove("X-Frame-Options");
        if (context.Request.IsHttps)
            headers.StrictTransportSecurity = strictTransport;
        headers.CacheControl = CacheRules.Decide(
            context.Request.Path,
            context.Response.StatusCode,
            headers.CacheControl
        );
        return Task.CompletedTask;
    }
}
