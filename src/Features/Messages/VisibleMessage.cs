using Npgsql;

namespace Chatalot.Features.Messages;

/// <summary>What other features need to know of a message that readers may see.</summary>
/// <param name="Id">The message.</param>
/// <param name="ChannelId">Where it is.</param>
/// <param name="SenderId">Its author; null for webhooks and deleted accounts.</param>
public sealed record VisibleMessage(Guid Id, Guid ChannelId, Guid? SenderId)
{
    /// <summary>The message, or null when there is none in this channel that readers may see.</summary>
    public static async Task<VisibleMessage?> FindAsync(
        NpgsqlDataSource database,
        Guid channelId,
        Guid messageId,
        CancellationToken ct
    )
    {
        await using var command = database.CreateCommand(
            $"""
            select m.id, m.channel_id, m.sender_id from messages m
            where m.id = $1 and m.channel_id = $2 and {MessageVisibility.Sql}
            """
        );
        command.Parameters.Add(new() { Value = messageId });
        command.Parameters.Add(new() { Value = channelId });
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? new(reader.GetGuid(0), reader.GetGuid(1), await reader.IsDBNullAsync(2, ct) ? null : reader.GetGuid(2))
            : null;
    }
}
