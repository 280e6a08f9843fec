using System.Text.Json.Nodes;
using Chatalot.Features.Audit;
using Chatalot.Features.Messages;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Documents;
using Npgsql;

namespace Chatalot.Features.Administration;

/// <summary>What a purge removed for good.</summary>
/// <param name="MessagesDeleted">Messages.</param>
/// <param name="FilesDeleted">Files.</param>
/// <param name="HashesBlocked">Checksums that may not be uploaded again.</param>
public sealed record PurgeResponse(int MessagesDeleted, int FilesDeleted, int HashesBlocked);

/// <summary>
/// Removes messages for good, with their reactions, pins, bookmarks and edits, which go with the row. Messages and audit
/// entry are one transaction; whoever has them on the screen is told after it. Replies to a message that is gone stay.
/// </summary>
internal sealed class MessagePurge(MessageRemoval removal, TimeProvider clock)
{
    /// <summary>Removes the messages for which the condition over <c>m</c> holds, <c>$1</c> being the id.</summary>
    /// <param name="documents">A fresh unit of work.</param>
    /// <param name="condition">SQL, never from a request.</param>
    /// <param name="id">The value of <c>$1</c>.</param>
    /// <param name="entry">The audit entry for what was removed; null when nothing is to be written.</param>
    /// <param name="ct">Ends the work.</param>
    public async Task<List<RemovedMessage>> RemoveAsync(
        IDocumentSession documents,
        string condition,
        Guid id,
        Func<List<RemovedMessage>, PurgeEntry?> entry,
        CancellationToken ct
    )
    {
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var removed = await DeleteAsync(connection, condition, id, ct);
        if (entry(removed) is { } audit)
            documents.QueueAudit(audit.Action, audit.ActorId, audit.Origin, clock.GetUtcNow(), audit.Metadata);
        await documents.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        removal.Tell(removed);
        return removed;
    }

    private static Task<List<RemovedMessage>> DeleteAsync(
        NpgsqlConnection connection,
        string condition,
        Guid id,
        CancellationToken ct
    ) =>
        connection.ListAsync(
            $"delete from messages m where {condition} returning m.channel_id, m.id",
            row => new RemovedMessage(row.GetGuid(0), row.GetGuid(1)),
            ct,
            id
        );
}

/// <summary>The audit entry of a purge.</summary>
internal sealed record PurgeEntry(string Action, Guid ActorId, AuditOrigin Origin, JsonObject Metadata);
