using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;

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
        var isChanged = await documents.ChangeAsync(
            "admin_unquarantine_message",
            User.Id(),
            AuditOrigin.Of(HttpContext),
            clock.GetUtcNow(),
            new() { ["message_id"] = command.Id.ToString() },
            """
            with forgotten as (delete from message_quarantines where message_id = $1)
            update messages set quarantined_at = null where id = $1 and quarantined_at is not null
            """,
            ct,
            command.Id
        );
        if (!isChanged)
            throw Failure.NotFound("message not found or not quarantined").AsException();
        return null;
    }
}
