using Chatalot.Features.Messages;
using Chatalot.Shared.Scheduling;
using Npgsql;

namespace Chatalot.Features.Maintenance;

/// <summary>
/// Removes messages for good, in batches. What answers or continues a removed message stays and forgets it in the same
/// transaction; reactions, edits, pins, bookmarks and bound files of it go with it. Readers are told after each commit.
/// </summary>
public sealed class MessageSweep(NpgsqlDataSource database, MessageRemoval removal, JobReport report)
{
    private const int BatchSize = 1000;

    /// <summary>
    /// Removes all messages for which the condition holds; what somebody is changing waits for the next run.
    /// </summary>
    /// <param name="condition">SQL over the columns of <c>messages</c> with <c>$1</c>.</param>
    /// <param name="value">The value of the condition.</param>
    /// <param name="ct">Stops between batches.</param>
    /// <returns>How many are gone; also added to the run's report.</returns>
    public async Task<long> RemoveAsync(string condition, object value, CancellationToken ct)
    {
        long total = 0;
        while (true)
        {
            var (count, visible) = await RemoveBatchAsync(condition, value, ct);
            removal.Tell(visible);
            total += count;
            report.Items += count;
            if (count < BatchSize)
                return total;
        }
    }

    private async Task<(int Count, List<RemovedMessage> Visible)> RemoveBatchAsync(
        string condition,
        object value,
        CancellationToken ct
    )
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var ids = new List<Guid>(BatchSize);
        var visible = new List<RemovedMessage>();
        await using (
            var select = new NpgsqlCommand(
                $"""
                select id, channel_id, deleted_at is null and quarantined_at is null from messages
                where {condition} limit {BatchSize} for update skip locked
                """,
                connection
            )
            {
                Parameters = { new() { Value = value } },
            }
        )
        await using (var row = await select.ExecuteReaderAsync(ct))
            while (await row.ReadAsync(ct))
            {
                ids.Add(row.GetGuid(0));
                if (row.GetBoolean(2))
                    visible.Add(new RemovedMessage(row.GetGuid(1), row.GetGuid(0)));
            }
        if (ids.Count == 0)
            return (0, visible);

        await using var batch = new NpgsqlBatch(connection);
        foreach (
            var sql in new[]
            {
                MessageRemoval.ForgetAnswered,
                MessageRemoval.ForgetThreads,
                MessageRemoval.DropFiles,
                "delete from messages where id = any ($1)",
            }
        )
            batch.BatchCommands.Add(new(sql) { Parameters = { new() { Value = ids } } });
        await batch.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(CancellationToken.None);
        return (ids.Count, visible);
    }
}
