using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Chatalot.Shared.Http;

internal static class Routes
{
    /// <summary>
    /// The matched route's pattern, else the path. Limits go by it: however a path is spelled, the pattern is one. Only
    /// valid after routing; never log the path of an unmatched request (see <see cref="RouteForLog"/>).
    /// </summary>
    public static string Route(this HttpContext context) =>
        Pattern(context.GetEndpoint()) ?? context.Request.Path.Value ?? "";

    /// <summary>The pattern, or <c>(no route)</c>: paths carry webhook tokens and invite codes.</summary>
    public static string RouteForLog(this HttpContext context) => Pattern(context.GetEndpoint()) ?? "(no route)";

    private static string? Pattern(Endpoint? endpoint) =>
        (endpoint as RouteEndpoint)?.RoutePattern.RawText is { } text
            ? text.StartsWith('/')
                ? text
                : "/" + text
            : null;
}
