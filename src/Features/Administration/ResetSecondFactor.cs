using System.Text.Json.Nodes;
using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Features.Auth;
using Chatalot.Features.Auth.TwoFactor;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;

namespace Chatalot.Features.Administration;

/// <summary>
/// DELETE /api/admin/users/{id}/second-factor: for somebody who has lost their authenticator and their backup codes, of
/// people below the operator only. The password is still needed to get in; the owner of the account is told.
/// </summary>
internal sealed class ResetSecondFactor(IDocumentStore store, TimeProvider clock) : Endpoint<ResetSecondFactor.Command>
{
    private static readonly Failure OwnFactor = Failure.Validation(
        "you cannot reset your own second factor here — use account settings"
    );
    private static readonly Failure NotEnabled = Failure.NotFound("2FA is not enabled");

    /// <param name="Id">Whose account.</param>
    public sealed record Command(Guid Id);

    /// <inheritdoc/>
    public override void Configure()
    {
        Delete("/api/admin/users/{id}/second-factor");
        Policies(InstancePolicy.Operator);
        Summary("Remove the second factor of an account", 403, 404);
    }

    /// <inheritdoc/>
    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        if (command.Id == User.Id())
            throw OwnFactor.AsException();
        await using var documents = store.LightweightSession();
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var (actor, target) = await AccountChanges.LockAsync(documents, User.Id(), command.Id, ct);
        if (RankRules.CheckOutranks(actor, target) is { } refusal)
            throw refusal.AsException();
        var isEnabled = await connection.FirstAsync(
            "select exists (select from second_factors where user_id = $1 and enabled_at is not null)",
            row => row.GetBoolean(0),
            ct,
            target.Id
        );
        if (!isEnabled)
            throw NotEnabled.AsException();

        var now = clock.GetUtcNow();
        SecondFactors.QueueRemove(documents, target.Id);
        SecurityNotices.Queue(documents, target.Id, "second_factor_removed_by_operator", ipAddress: null, now);
        documents.QueueAudit(
            "admin_reset_second_factor",
            actor.Id,
            AuditOrigin.Of(HttpContext),
            now,
            new JsonObject { ["target_user_id"] = target.Id.ToString() }
        );
        await documents.SaveChangesAsync(ct);
        await transaction.CommitAsync(CancellationToken.None);
        return null;
    }
}
