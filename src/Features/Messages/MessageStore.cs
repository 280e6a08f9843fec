using Npgsql;

namespace Chatalot.Features.Messages;

/// <summary>What the message log looks up: what became of a message, and whether it is there already.</summary>
public sealed class MessageStore(NpgsqlDataSource database)
{
    /// <summary>Which of these ids are stored: answers what became of a batch whose connection broke.</summary>
    public async Task<HashSet<Guid>> ExistingAsync(IEnumerable<Guid> ids, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select id from messages where id = any($1)");
        command.Parameters.Add(new() { Value = ids.ToArray() });
        var existing = new HashSet<Guid>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            existing.Add(reader.GetGuid(0));
        return existing;
    }

    /// <summary>
    /// The newest id in each of these channels; makes the head of a channel that has none yet. A channel that does not
    /// exist is missing from the answer.
    /// </summary>
    public async Task<Dictionary<Guid, Guid>> EnsureHeadsAsync(IEnumerable<Guid> channelIds, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            with made as (
                insert into channel_heads (channel_id) select id from mt_doc_channel where id = any($1)
                on conflict (channel_id) do nothing
                returning channel_id, last_message_id
            )
            select channel_id, last_message_id from made
            union all
            select channel_id, last_message_id from channel_heads where channel_id = any($1)
            """
        );
        command.Parameters.Add(new() { Value = channelIds.ToArray() });
        var heads = new Dictionary<Guid, Guid>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            heads[reader.GetGuid(0)] = reader.GetGuid(1);
        return heads;
    }

    /// <summary>The message that the sender stored before under this id of his own.</summary>
    public async Task<FirstMessage?> FindByClientIdAsync(Guid senderId, string clientId, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "select id, channel_id, thread_id, created_at from messages where sender_id = $1 and client_id = $2"
        );
        command.Parameters.Add(new() { Value = senderId });
        command.Parameters.Add(new() { Value = clientId });
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? new FirstMessage(
                reader.GetGuid(0),
                reader.GetGuid(1),
                await reader.IsDBNullAsync(2, ct) ? null : reader.GetGuid(2),
                reader.GetFieldValue<DateTimeOffset>(3)
            )
            : null;
    }

    /// <summary>Whether the webhook has posted under this key before.</summary>
    public async Task<bool> IsPostedAsync(Guid webhookId, string key, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "select from webhook_posts where webhook_id = $1 and key = $2"
        );
        command.Parameters.Add(new() { Value = webhookId });
        command.Parameters.Add(new() { Value = key });
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct);
    }

    /// <summary>Whether this scheduled message still waits for its delivery.</summary>
    public async Task<bool> IsScheduledAsync(Guid scheduledId, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select from scheduled_messages where id = $1");
        command.Parameters.Add(new() { Value = scheduledId });
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct);
    }
}

/// <summary>What was stored under a client's own id.</summary>
/// <param name="Id">The message.</param>
/// <param name="ChannelId">Where it is, whichever channel the repeat names.</param>
/// <param name="ThreadId">Root of its thread.</param>
/// <param name="CreatedAt">When it was stored.</param>
public sealed record FirstMessage(Guid Id, Guid ChannelId, Guid? ThreadId, DateTimeOffset CreatedAt);
