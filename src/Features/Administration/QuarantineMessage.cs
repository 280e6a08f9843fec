using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Features.Messages;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;

namespace Chatalot.Features.Administration;

/// <summary>
/// POST /api/admin/messages/{id}/quarantine: hide a message from everybody and keep it as it is. Whoever has it on the
/// screen is told that it is gone.
/// </summary>
internal sealed class QuarantineMessage(IDocumentSession documents, MessageRemoval removal, TimeProvider clock)
    : Endpoint<QuarantineMessage.Command>
{
    /// <param name="Id">Which.</param>
    public sealed record Command(Guid Id);

    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/admin/messages/{id}/quarantine");
        Policies(InstancePolicy.Operator);
        Summary("Hide a message but keep it", 403, 404);
    }

    /// <inheritdoc/>
    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var hidden = await connection.ListAsync(
            """
            with hidden as (
                update messages set quarantined_at = $2 where id = $1 and quarantined_at is null
                returning channel_id, id
            ),
            noted as (
                insert into message_quarantines (message_id, quarantined_by, quarantined_at)
                select id, $3, $2 from hidden
                on conflict (message_id) do update
                    set quarantined_by = excluded.quarantined_by, quarantined_at = excluded.quarantined_at
            )
            select channel_id, id from hidden
            """,
            row => new RemovedMessage(row.GetGuid(0), row.GetGuid(1)),
            ct,
            command.Id,
            now,
            User.Id()
        );
        if (hidden.Count == 0)
            throw Failure.NotFound("message not found or already quarantined").AsException();
        documents.QueueAudit(
            "admin_quarantine_message",
            User.Id(),
            AuditOrigin.Of(HttpContext),
            now,
            new() { ["message_id"] = command.Id.ToString() }
        );
        await documents.SaveChangesAsync(ct);
        await transaction.CommitAsync(CancellationToken.None);
        removal.Tell(hidden);
        return null;
    }
}
