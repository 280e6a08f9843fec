using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Messages;

/// <summary>What the rules need to know of a message that readers may see.</summary>
/// <param name="Id">The message.</param>
/// <param name="ChannelId">Where it is.</param>
/// <param name="SenderId">Its author; null for webhooks and deleted accounts.</param>
/// <param name="CreatedAt">When it was stored.</param>
public sealed record StoredMessage(Guid Id, Guid ChannelId, Guid? SenderId, DateTimeOffset CreatedAt)
{
    /// <summary>What everybody hears who may not know of the message, and everybody when it is gone.</summary>
    public static Failure NotFound { get; } = Failure.NotFound("message not found");

    /// <summary>The message, or null when there is none that readers may see.</summary>
    public static Task<StoredMessage?> FindAsync(NpgsqlDataSource database, Guid messageId, CancellationToken ct) =>
        database.FirstAsync(
            $"select m.channel_id, m.sender_id, m.created_at from messages m where m.id = $1 and {MessageVisibility.Sql}",
            row => new StoredMessage(messageId, row.GetGuid(0), row.GetId(1), row.GetFieldValue<DateTimeOffset>(2)),
            ct,
            messageId
        );
}
