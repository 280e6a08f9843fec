using Chatalot.Shared.Scheduling;
using Microsoft.Extensions.Logging;

namespace Chatalot.Features.Maintenance;

/// <summary>Hourly: forgets one-time prekeys that were handed out and are older than 30 days.</summary>
[FailsAs("Failed to clean used prekeys")]
public sealed partial class PrunePrekeys(
    Sweep sweep,
    MaintenanceOptions options,
    TimeProvider clock,
    ILogger<PrunePrekeys> logger
) : IInvocable, ICancellableInvocable
{
    /// <inheritdoc/>
    public CancellationToken CancellationToken { get; set; }

    /// <inheritdoc/>
    public async Task Invoke()
    {
        var removed = await sweep.DeleteAsync(
            "one_time_prekeys",
            "used_at is not null and created_at < $1",
            CancellationToken,
            clock.GetUtcNow() - options.UsedPrekeys
        );
        if (removed > 0)
            LogCleaned(removed);
    }

    [LoggerMessage(
        EventName = "PrekeysPruned",
        Level = LogLevel.Information,
        Message = "Cleaned up {Count} used prekeys"
    )]
    private partial void LogCleaned(long count);
}
