using System.Text.Json.Nodes;
using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Features.Channels;
using Chatalot.Features.Departures;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;

namespace Chatalot.Features.Administration;

/// <summary>
/// DELETE /api/admin/users/{id}: the account goes, all of it or nothing. Its communities and groups go to the owner of
/// the instance; what it wrote stays without its name.
/// </summary>
internal sealed class DeleteUser(
    IDocumentStore store,
    AccountRemoval removal,
    ChannelMembership membership,
    TimeProvider clock
) : Endpoint<DeleteUser.Command>
{
    /// <param name="Id">Whose account.</param>
    public sealed record Command(Guid Id);

    /// <inheritdoc/>
    public override void Configure()
    {
        Delete("/api/admin/users/{id}");
        Policies(InstancePolicy.Operator);
        Summary("Delete an account", 403, 404);
    }

    /// <inheritdoc/>
    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        if (command.Id == User.Id())
            throw Failure.Validation("you cannot delete yourself").AsException();
        await using var documents = store.LightweightSession();
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        // In the order of ids, and the owner with them, for the owner may inherit.
        var people = await documents.QueryAsync<User>(
            "where id in (?, ?) or (data ->> 'is_owner')::boolean order by id for update",
            ct,
            User.Id(),
            command.Id
        );
        var actor = people.FirstOrDefault(user => user.Id == User.Id()) ?? throw Failure.Unauthorized.AsException();
        if (!actor.IsAdmin && !actor.IsOwner)
            throw Failure.Forbidden.AsException();
        var target = people.FirstOrDefault(user => user.Id == command.Id);
        if (target is null)
            throw Failure.NotFound("user not found").AsException();
        if ((RankRules.CheckDelete(target) ?? RankRules.CheckOutranks(actor, target)) is { } refusal)
            throw refusal.AsException();

        var now = clock.GetUtcNow();
        // From here on it completes, also when the client does not wait for it.
        var heir = people.FirstOrDefault(user => user.IsOwner) ?? actor;
        var inherited = await Inheritance.HandOverAsync(connection, target.Id, heir.Id, now, CancellationToken.None);
        var departure = await AccountRemoval.RemoveAsync(documents, target, now, CancellationToken.None);
        documents.QueueAudit(
            "admin_delete_user",
            actor.Id,
            AuditOrigin.Of(HttpContext),
            now,
            new JsonObject { ["target_user_id"] = target.Id.ToString(), ["target_username"] = target.Username }
        );
        await documents.SaveChangesAsync(CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);
        await removal.AnnounceAsync(departure);
        await inherited.AnnounceAsync(membership);
        return null;
    }
}
