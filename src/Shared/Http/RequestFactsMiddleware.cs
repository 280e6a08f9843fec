using System.Diagnostics;
using Chatalot.Shared.Logging;
using Microsoft.AspNetCore.Http;

namespace Chatalot.Shared.Http;

/// <summary>Notes the route for the log lines of the request. Runs after routing.</summary>
internal sealed class RouteFact(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        RequestFacts.SetRoute(Activity.Current, context.RouteForLog());
        return next(context);
    }
}

/// <summary>Notes the caller for the log lines of the request. Runs after authentication.</summary>
internal sealed class CallerFact(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (context.User.FindFirst("sub") is { Value: var userId })
            RequestFacts.SetUser(Activity.Current, userId);
        return next(context);
    }
}
