using Chatalot.Shared.Scheduling;
using Microsoft.Extensions.Logging;

namespace Chatalot.Features.Maintenance;

/// <summary>
/// Hourly: forgets push subscriptions that nothing reached for 90 days, since they were made if ever.
/// </summary>
[FailsAs("Failed to clean stale push subscriptions")]
public sealed partial class PruneStalePushSubscriptions(
    Sweep sweep,
    TimeProvider clock,
    ILogger<PruneStalePushSubscriptions> logger
) : IInvocable, ICancellableInvocable
{
    private static readonly TimeSpan Stale = TimeSpan.FromDays(90);

    /// <inheritdoc/>
    public CancellationToken CancellationToken { get; set; }

    /// <inheritdoc/>
    public async Task Invoke()
    {
        var removed = await sweep.DeleteAsync(
            "push_subscriptions",
            "coalesce(last_used, created_at) < $1",
            CancellationToken,
            clock.GetUtcNow() - Stale
        );
        if (removed > 0)
            LogCleaned(removed);
    }

    [LoggerMessage(
        EventName = "StalePushSubscriptionsPruned",
        Level = LogLevel.Information,
        Message = "Cleaned up {Count} stale push subscriptions"
    )]
    private partial void LogCleaned(long count);
}
