using System.Diagnostics;
using Serilog.Core;
using Serilog.Events;

namespace Chatalot.Shared.Logging;

/// <summary>
/// What the lines of one request have in common beside its trace: who called and which route. It travels with the
/// request's <see cref="Activity"/>, so that a line written anywhere below has it.
/// </summary>
public static class RequestFacts
{
    private const string User = "chatalot.user_id";
    private const string RouteTag = "chatalot.route";

    /// <summary>Says which route the request of this activity took: a pattern, never a path.</summary>
    public static void SetRoute(Activity? activity, string route) => activity?.SetTag(RouteTag, route);

    /// <summary>Says who called.</summary>
    public static void SetUser(Activity? activity, string userId) => activity?.SetTag(User, userId);

    /// <summary>Route of the request under way, or null.</summary>
    internal static string? Route => Find(RouteTag);

    /// <summary>Caller of the request under way, or null.</summary>
    internal static string? UserId => Find(User);

    private static string? Find(string tag)
    {
        for (var activity = Activity.Current; activity is not null; activity = activity.Parent)
        {
            if (activity.GetTagItem(tag) is string value)
                return value;
        }
        return null;
    }
}

/// <summary>Adds to each event who called, unless it says so itself.</summary>
internal sealed class RequestEnricher : ILogEventEnricher
{
    private const string UserId = "UserId";

    public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory)
    {
        if (RequestFacts.UserId is { } user && !logEvent.Properties.ContainsKey(UserId))
            logEvent.AddOrUpdateProperty(new LogEventProperty(UserId, new ScalarValue(user)));
    }
}
