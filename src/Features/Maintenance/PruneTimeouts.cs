using Chatalot.Shared.Scheduling;
using Microsoft.Extensions.Logging;

namespace Chatalot.Features.Maintenance;

/// <summary>
/// Every 5 minutes: forgets timeouts that are over. They bind nobody any more; this only keeps the table small.
/// </summary>
public sealed partial class PruneTimeouts(Sweep sweep, TimeProvider clock, ILogger<PruneTimeouts> logger)
    : IInvocable,
        ICancellableInvocable
{
    /// <inheritdoc/>
    public CancellationToken CancellationToken { get; set; }

    /// <inheritdoc/>
    public async Task Invoke()
    {
        var removed = await sweep.DeleteAsync(
            "channel_timeouts",
            "expires_at < $1",
            CancellationToken,
            clock.GetUtcNow()
        );
        if (removed > 0)
            LogCleaned(removed);
    }

    [LoggerMessage(
        EventName = "TimeoutsPruned",
        Level = LogLevel.Information,
        Message = "Cleaned up {Count} expired timeouts"
    )]
    private partial void LogCleaned(long count);
}
