using Chatalot.Shared.Scheduling;
using Microsoft.Extensions.Logging;

namespace Chatalot.Features.Maintenance;

/// <summary>Hourly: forgets push subscriptions that failed three times, and those that nothing reached for 90 days.</summary>
public sealed partial class PrunePushSubscriptions(
    Sweep sweep,
    TimeProvider clock,
    ILogger<PrunePushSubscriptions> logger
) : IInvocable, ICancellableInvocable
{
    private const int MostFailures = 3;
    private static readonly TimeSpan Stale = TimeSpan.FromDays(90);

    /// <inheritdoc/>
    public CancellationToken CancellationToken { get; set; }

    /// <inheritdoc/>
    public async Task Invoke()
    {
        const string table = "push_subscriptions";
        var failed = await sweep.DeleteAsync(table, "failure_count >= $1", CancellationToken, MostFailures);
        if (failed > 0)
            LogFailed(failed);
        var stale = await sweep.DeleteAsync(
            table,
            "coalesce(last_used, created_at) < $1",
            CancellationToken,
            clock.GetUtcNow() - Stale
        );
        if (stale > 0)
            LogStale(stale);
    }

    [LoggerMessage(
        EventName = "FailedPushSubscriptionsPruned",
        Level = LogLevel.Information,
        Message = "Cleaned up {Count} failed push subscriptions"
    )]
    private partial void LogFailed(long count);

    [LoggerMessage(
        EventName = "StalePushSubscriptionsPruned",
        Level = LogLevel.Information,
        Message = "Cleaned up {Count} stale push subscriptions"
    )]
    private partial void LogStale(long count);
}
