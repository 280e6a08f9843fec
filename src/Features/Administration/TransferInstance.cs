using System.Text.Json.Nodes;
using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Features.Auth;
using Chatalot.Features.Messages;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;

namespace Chatalot.Features.Administration;

/// <summary>
/// PUT /api/admin/owner: hand the instance to another account, with the owner's password. There is exactly one owner
/// before and after; who owned it stays admin.
/// </summary>
internal sealed class TransferInstance(
    IDocumentStore store,
    PasswordCheckpoint passwords,
    AccountDirectory accounts,
    SessionRevocations revocations,
    TimeProvider clock
) : Endpoint<TransferInstance.Command>
{
    private static readonly Failure WrongPassword = Failure.Validation("password is incorrect");

    /// <param name="UserId">Who owns the instance from now on.</param>
    /// <param name="Password">The owner's.</param>
    public sealed record Command(Guid UserId, string Password);

    /// <inheritdoc/>
    public override void Configure()
    {
        Put("/api/admin/owner");
        Policies(InstancePolicy.Owner);
        Summary("Hand the instance to another account", 403, 404);
    }

    /// <inheritdoc/>
    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        if (command.UserId == User.Id())
            throw Failure.Validation("you own this instance already").AsException();
        var device = ClientDevice.Of(HttpContext);
        var checkedOwner = await passwords.PassAsync(
            User.Id(),
            command.Password,
            WrongPassword,
            "owner_transfer_failed",
            device,
            ct
        );

        await using var documents = store.LightweightSession();
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var found = await documents.QueryAsync<User>(
            "where id in (?, ?) order by id for no key update",
            ct,
            User.Id(),
            command.UserId
        );
        var owner = found.FirstOrDefault(user => user.Id == User.Id());
        if (owner is not { IsOwner: true })
            throw Failure.Forbidden.AsException();
        if (owner.PasswordHash != checkedOwner.PasswordHash)
            throw Failure.Unauthorized.AsException();
        var heir = found.FirstOrDefault(user => user.Id == command.UserId);
        if (heir is null)
            throw Failure.NotFound("user not found").AsException();
        if (heir.SuspendedAt is not null)
            throw Failure.Validation("a suspended account cannot own the instance").AsException();
        var revocation = Queue(documents, owner, heir);
        await documents.SaveChangesAsync(ct);
        await transaction.CommitAsync(CancellationToken.None);
        accounts.Invalidate(owner.Id);
        accounts.Invalidate(heir.Id);
        revocations.Announce(revocation);
        return null;
    }

    private SessionRevocation Queue(IDocumentSession documents, User owner, User heir)
    {
        var now = clock.GetUtcNow();
        // In this order: at no moment may there be two.
        documents.Store(owner with { IsOwner = false, IsAdmin = true, UpdatedAt = now });
        documents.Store(heir with { IsOwner = true, IsAdmin = true, UpdatedAt = now });
        AccountDirectory.QueueChanged(documents, owner.Id);
        AccountDirectory.QueueChanged(documents, heir.Id);
        DirectChannels.QueueOwnerChanged(documents, owner.Id);
        DirectChannels.QueueOwnerChanged(documents, heir.Id);
        documents.QueueAudit(
            "admin_transfer_ownership",
            owner.Id,
            AuditOrigin.Of(HttpContext),
            now,
            new JsonObject { ["target_user_id"] = heir.Id.ToString() }
        );
        return SessionRevocations.QueueReconnect(documents, owner.Id);
    }
}
