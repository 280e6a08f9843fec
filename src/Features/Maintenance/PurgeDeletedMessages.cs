using Chatalot.Shared.Scheduling;
using Microsoft.Extensions.Logging;

namespace Chatalot.Features.Maintenance;

/// <summary>
/// Daily: removes messages that somebody deleted more than 30 days ago, or what <c>DELETED_MESSAGE_RETENTION_DAYS</c>
/// says, and the messages of channels that are gone.
/// </summary>
[FailsAs("GC soft-delete cleanup failed")]
public sealed partial class PurgeDeletedMessages(
    MessageSweep messages,
    MaintenanceOptions options,
    TimeProvider clock,
    ILogger<PurgeDeletedMessages> logger
) : IInvocable, ICancellableInvocable
{
    /// <inheritdoc/>
    public CancellationToken CancellationToken { get; set; }

    /// <inheritdoc/>
    public async Task Invoke()
    {
        var now = clock.GetUtcNow();
        var deleted = await messages.RemoveAsync("deleted_at < $1", now - options.DeletedMessages, CancellationToken);
        var days = (int)options.DeletedMessages.TotalDays;
        if (deleted > 0)
            LogPurged(deleted, days);
        // Deleting a channel drops its row at once; what was said in it goes here, where nobody waits for it.
        var orphaned = await messages.RemoveAsync(
            "created_at < $1 and not exists (select from mt_doc_channel where id = messages.channel_id)",
            now,
            CancellationToken
        );
        if (orphaned > 0)
            LogOrphaned(orphaned);
    }

    [LoggerMessage(
        EventName = "DeletedMessagesPurged",
        Level = LogLevel.Information,
        Message = "GC: hard-deleted {Count} messages soft-deleted >{Days} days ago"
    )]
    private partial void LogPurged(long count, int days);

    [LoggerMessage(
        EventName = "OrphanedMessagesPurged",
        Level = LogLevel.Information,
        Message = "GC: hard-deleted {Count} messages of deleted channels"
    )]
    private partial void LogOrphaned(long count);
}
