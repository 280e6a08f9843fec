using Chatalot.Shared.Scheduling;
using Microsoft.Extensions.Logging;

namespace Chatalot.Features.Maintenance;

/// <summary>Hourly: forgets audit entries older than 90 days, or what <c>AUDIT_RETENTION_DAYS</c> says.</summary>
[FailsAs("Failed to clean old audit logs")]
public sealed partial class PruneAuditLog(
    Sweep sweep,
    MaintenanceOptions options,
    TimeProvider clock,
    ILogger<PruneAuditLog> logger
) : IInvocable, ICancellableInvocable
{
    /// <inheritdoc/>
    public CancellationToken CancellationToken { get; set; }

    /// <inheritdoc/>
    public async Task Invoke()
    {
        var removed = await sweep.DeleteAsync(
            "audit_log",
            "created_at < $1",
            CancellationToken,
            clock.GetUtcNow() - options.AuditLog
        );
        var days = (int)options.AuditLog.TotalDays;
        if (removed > 0)
            LogCleaned(removed, days);
    }

    [LoggerMessage(
        EventName = "AuditLogPruned",
        Level = LogLevel.Information,
        Message = "Cleaned up {Count} audit log entries older than {Days} days"
    )]
    private partial void LogCleaned(long count, int days);
}
