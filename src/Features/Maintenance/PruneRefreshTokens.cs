using Chatalot.Shared.Scheduling;
using Microsoft.Extensions.Logging;

namespace Chatalot.Features.Maintenance;

/// <summary>
/// Hourly: forgets logins that ended 7 days ago or earlier, whether they expired or were revoked. Until then a token
/// that comes back is still recognised as one of theirs.
/// </summary>
[FailsAs("Failed to clean expired tokens")]
public sealed partial class PruneRefreshTokens(
    Sweep sweep,
    MaintenanceOptions options,
    TimeProvider clock,
    ILogger<PruneRefreshTokens> logger
) : IInvocable, ICancellableInvocable
{
    /// <inheritdoc/>
    public CancellationToken CancellationToken { get; set; }

    /// <inheritdoc/>
    public async Task Invoke()
    {
        var removed = await sweep.DeleteAsync(
            "sessions",
            "least(expires_at, revoked_at) < $1",
            CancellationToken,
            clock.GetUtcNow() - options.EndedSessions
        );
        if (removed > 0)
            LogCleaned(removed);
    }

    [LoggerMessage(
        EventName = "RefreshTokensPruned",
        Level = LogLevel.Information,
        Message = "Cleaned up {Count} expired refresh tokens"
    )]
    private partial void LogCleaned(long count);
}
