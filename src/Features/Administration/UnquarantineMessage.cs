using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;

namespace Chatalot.Features.Administration;

/// <summary>POST /api/admin/messages/{id}/unquarantine: show a message again.</summary>
internal sealed class UnquarantineMessage(IDocumentSession documents, TimeProvider clock)
    : Endpoint<UnquarantineMessage.Command>
{
    /// <param name="Id">Which.</param>
    public sealed record Command(Guid Id);

    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/admin/messages/{id}/unquarantine");
        Policies(InstancePolicy.Operator);
        Summary("Show a quarantined message again", 403, 404);
    }

    /// <inheritdoc/>
    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var shown = await connection.ExecuteAsync(
            """
            with forgotten as (delete from message_quarantines where message_id = $1)
            update messages set quarantined_at = null where id = $1 and quarantined_at is not null
            """,
            ct,
            command.Id
        );
        if (shown == 0)
            throw Failure.NotFound("message not found or not quarantined").AsException();
        documents.QueueAudit(
            "admin_unquarantine_message",
            User.Id(),
            AuditOrigin.Of(HttpContext),
            clock.GetUtcNow(),
            new() { ["message_id"] = command.Id.ToString() }
        );
        await documents.SaveChangesAsync(ct);
        await transaction.CommitAsync(CancellationToken.None);
        return null;
    }
}
