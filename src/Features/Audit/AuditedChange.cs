using System.Text.Json.Nodes;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Postgres;

namespace Chatalot.Features.Audit;

/// <summary>Changes of one statement that the audit log tells of.</summary>
public static class AuditedChange
{
    /// <summary>
    /// Runs a statement (placeholders <c>$1</c> and so on) and notes it in the audit log, in one transaction. Nothing is
    /// noted when it changes no row.
    /// </summary>
    /// <param name="documents">The unit of work.</param>
    /// <param name="action">As in <see cref="AuditLog.QueueAudit"/>, like what follows.</param>
    /// <param name="userId">Who does it.</param>
    /// <param name="origin">From where.</param>
    /// <param name="now">When.</param>
    /// <param name="metadata">Further facts.</param>
    /// <param name="sql">The statement.</param>
    /// <param name="ct">Ends the work before the commit.</param>
    /// <param name="values">Its values.</param>
    /// <returns>Whether it changed a row.</returns>
    public static async Task<bool> ChangeAsync(
        this IDocumentSession documents,
        string action,
        Guid userId,
        AuditOrigin origin,
        DateTimeOffset now,
        JsonObject metadata,
        string sql,
        CancellationToken ct,
        params object?[] values
    )
    {
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await connection.ExecuteAsync(sql, ct, values) == 0)
            return false;
        documents.QueueAudit(action, userId, origin, now, metadata);
        await documents.SaveChangesAsync(ct);
        await transaction.CommitAsync(CancellationToken.None);
        return true;
    }
}
