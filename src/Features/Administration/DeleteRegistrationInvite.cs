using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;

namespace Chatalot.Features.Administration;

/// <summary>DELETE /api/admin/invites/{id}: end an invite. Accounts made with it stay.</summary>
internal sealed class DeleteRegistrationInvite(IDocumentSession documents, TimeProvider clock)
    : Endpoint<DeleteRegistrationInvite.Command>
{
    /// <param name="Id">Which.</param>
    public sealed record Command(Guid Id);

    /// <inheritdoc/>
    public override void Configure()
    {
        Delete("/api/admin/invites/{id}");
        Policies(InstancePolicy.Operator);
        Summary("Delete a registration invite", 403, 404);
    }

    /// <inheritdoc/>
    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        var isChanged = await documents.ChangeAsync(
            "admin_delete_invite",
            User.Id(),
            AuditOrigin.Of(HttpContext),
            clock.GetUtcNow(),
            new() { ["invite_id"] = command.Id.ToString() },
            "delete from registration_invites where id = $1",
            ct,
            command.Id
        );
        if (!isChanged)
            throw Failure.NotFound("invite not found").AsException();
        return null;
    }
}
