using Chatalot.Shared.Scheduling;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Chatalot.Features.Maintenance;

/// <summary>
/// Daily: removes messages that somebody deleted more than 30 days ago, or what <c>DELETED_MESSAGE_RETENTION_DAYS</c>
/// says, and the messages of channels that are gone.
/// </summary>
[FailsAs("GC soft-delete cleanup failed")]
public sealed partial class PurgeDeletedMessages(
    MessageSweep messages,
    MaintenanceOptions options,
    NpgsqlDataSource database,
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
        if (await GoneChannelsAsync() is not { Length: > 0 } channels)
            return;
        var orphaned = await messages.RemoveAsync("channel_id = any ($1)", channels, CancellationToken);
        if (orphaned > 0)
            LogOrphaned(orphaned);
    }

    /// <summary>
    /// Channels that are gone and have messages still. From one channel to the next through the index, which takes one
    /// look a channel: to look at every message takes minutes where there are many, and each batch would do it again.
    /// </summary>
    private async Task<Guid[]> GoneChannelsAsync()
    {
        await using var command = database.CreateCommand(
            """
            with recursive spoken_in (channel_id) as (
                (select channel_id from messages order by channel_id limit 1)
                union all
                select (
                    select m.channel_id from messages m where m.channel_id > s.channel_id
                    order by m.channel_id limit 1
                )
                from spoken_in s where s.channel_id is not null
            )
            select coalesce(array_agg(channel_id), '{}') from spoken_in s
            where channel_id is not null and not exists (select from mt_doc_channel where id = s.channel_id)
            """
        );
        return (Guid[])(await command.ExecuteScalarAsync(CancellationToken))!;
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
