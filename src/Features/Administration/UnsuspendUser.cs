using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Shared.Endpoints;

namespace Chatalot.Features.Administration;

/// <summary>
/// POST /api/admin/users/{id}/unsuspend: the account may be used again. Nothing happens when it is not suspended.
/// </summary>
internal sealed class UnsuspendUser(AccountChanges changes) : Endpoint<UnsuspendUser.Command>
{
    /// <param name="Id">Whose account.</param>
    public sealed record Command(Guid Id);

    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/admin/users/{id}/unsuspend");
        Policies(InstancePolicy.Operator);
        Summary("Lift a suspension", 403, 404);
    }

    /// <inheritdoc/>
    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        await changes.ApplyAsync(
            new(User.Id(), command.Id, AuditOrigin.Of(HttpContext), "admin_unsuspend_user"),
            (actor, target, _) =>
                target.SuspendedAt is not null && RankRules.CheckOutranks(actor, target) is { } refusal
                    ? throw refusal.AsException()
                    : target with
                    {
                        SuspendedAt = null,
                        SuspendedReason = null,
                    },
            ct
        );
        return null;
    }
}
