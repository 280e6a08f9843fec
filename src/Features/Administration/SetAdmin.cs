using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;

namespace Chatalot.Features.Administration;

/// <summary>
/// PUT /api/admin/users/{id}/admin: make somebody admin of the instance, or no longer. The owner only. Who loses the
/// role loses it with the commit; their sockets are closed and come back without it.
/// </summary>
internal sealed class SetAdmin(AccountChanges changes) : Endpoint<SetAdmin.Command>
{
    /// <param name="Id">Whose account.</param>
    /// <param name="IsAdmin">Whether they administrate the instance from now on.</param>
    public sealed record Command(Guid Id, bool IsAdmin);

    /// <inheritdoc/>
    public override void Configure()
    {
        Put("/api/admin/users/{id}/admin");
        Policies(InstancePolicy.Owner);
        Summary("Grant or revoke the admin role", 403, 404);
    }

    /// <inheritdoc/>
    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        if (command.Id == User.Id())
            throw Failure.Validation("you cannot change your own admin status").AsException();
        var audit = command.IsAdmin ? "admin_grant_admin" : "admin_revoke_admin";
        var action = new AccountAction(User.Id(), command.Id, AuditOrigin.Of(HttpContext), audit)
        {
            Logins = command.IsAdmin ? Logins.Stay : Logins.Reconnect,
        };
        await changes.ApplyAsync(
            action,
            (actor, target, _) =>
                actor.IsOwner ? target with { IsAdmin = command.IsAdmin } : throw Failure.Forbidden.AsException(),
            ct
        );
        return null;
    }
}
