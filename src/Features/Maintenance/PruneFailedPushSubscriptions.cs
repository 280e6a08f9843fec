using Chatalot.Shared.Scheduling;
using Microsoft.Extensions.Logging;

namespace Chatalot.Features.Maintenance;

/// <summary>Hourly: forgets push subscriptions that failed three times.</summary>
[FailsAs("Failed to clean push subscriptions")]
public sealed partial class PruneFailedPushSubscriptions(Sweep sweep, ILogger<PruneFailedPushSubscriptions> logger)
    : IInvocable,
        ICancellableInvocable
{
    private const int MostFailures = 3;

    /// <inheritdoc/>
    public CancellationToken CancellationToken { get; set; }

    /// <inheritdoc/>
    public async Task Invoke()
    {
        var removed = await sweep.DeleteAsync(
            "push_subscriptions",
            "failure_count >= $1",
            CancellationToken,
            MostFailures
        );
        if (removed > 0)
            LogCleaned(removed);
    }

    [LoggerMessage(
        EventName = "FailedPushSubscriptionsPruned",
        Level = LogLevel.Information,
        Message = "Cleaned up {Count} failed push subscriptions"
    )]
    private partial void LogCleaned(long count);
}
