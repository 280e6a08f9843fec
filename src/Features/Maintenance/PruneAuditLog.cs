using Chatalot.Shared.Scheduling;
using Microsoft.Extensions.Logging;

namespace Chatalot.Features.Maintenance;

/// <summary>
/// Hourly: forgets audit entries older than 90 days, or what <c>AUDIT_RETENTION_DAYS</c> says. Those of what operators
/// did may be kept longer or shorter (<c>ADMIN_AUDIT_RETENTION_DAYS</c>).
/// </summary>
[FailsAs("Failed to clean old audit logs")]
public sealed partial class PruneAuditLog(
    Sweep sweep,
    MaintenanceOptions options,
    TimeProvider clock,
    ILogger<PruneAuditLog> logger
) : IInvocable, ICancellableInvocable
{
    private const string IsOfOperator = "starts_with(action, 'admin_')";

    /// <inheritdoc/>
    public CancellationToken CancellationToken { get; set; }

    /// <inheritdoc/>
    public async Task Invoke()
    {
        var areAlike = options.OperatorAudit == options.AuditLog;
        var removed = await DeleteAsync(options.AuditLog, areAlike ? "true" : $"not {IsOfOperator}");
        if (removed > 0)
            LogCleaned(removed, (int)options.AuditLog.TotalDays);
        if (areAlike)
            return;
        removed = await DeleteAsync(options.OperatorAudit, IsOfOperator);
        if (removed > 0)
            LogOperatorsCleaned(removed, (int)options.OperatorAudit.TotalDays);
    }

    private Task<long> DeleteAsync(TimeSpan age, string kind) =>
        sweep.DeleteAsync("audit_log", $"created_at < $1 and {kind}", CancellationToken, clock.GetUtcNow() - age);

    [LoggerMessage(
        EventName = "AuditLogPruned",
        Level = LogLevel.Information,
        Message = "Cleaned up {Count} audit log entries older than {Days} days"
    )]
    private partial void LogCleaned(long count, int days);

    [LoggerMessage(
        EventName = "OperatorAuditPruned",
        Level = LogLevel.Information,
        Message = "Cleaned up {Count} audit log entries of operators older than {Days} days"
    )]
    private partial void LogOperatorsCleaned(long count, int days);
}
