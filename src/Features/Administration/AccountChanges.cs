using System.Text.Json.Nodes;
using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Features.Auth;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Errors;

namespace Chatalot.Features.Administration;

/// <summary>What an operator does to an account.</summary>
/// <param name="ActorId">The operator.</param>
/// <param name="TargetId">Whose account.</param>
/// <param name="Origin">From where.</param>
/// <param name="Audit">What the audit log calls it.</param>
internal sealed record AccountAction(Guid ActorId, Guid TargetId, AuditOrigin Origin, string Audit)
{
    /// <summary>What becomes of the logins of the account.</summary>
    public Logins Logins { get; init; } = Logins.Stay;
}

/// <summary>What becomes of an account's logins when it changes.</summary>
internal enum Logins
{
    /// <summary>Nothing.</summary>
    Stay,

    /// <summary>Open sockets are closed and come back with the rights of now.</summary>
    Reconnect,

    /// <summary>All end, in every process, sockets included.</summary>
    End,
}

/// <summary>
/// The one way in which operators change accounts: both accounts are locked and read as they are, the change and its
/// audit entry are one transaction, and every process sees it with the commit.
/// </summary>
internal sealed class AccountChanges(
    IDocumentStore store,
    AccountDirectory accounts,
    SessionRevocations revocations,
    TimeProvider clock
)
{
    private static readonly Failure NotFound = Failure.NotFound("user not found");

    /// <summary>Applies a change.</summary>
    /// <param name="action">What it is.</param>
    /// <param name="change">From operator, account and time to the account after it; throws what refuses it.</param>
    /// <param name="ct">Ends the work.</param>
    public async Task ApplyAsync(
        AccountAction action,
        Func<User, User, DateTimeOffset, User> change,
        CancellationToken ct
    )
    {
        await using var documents = store.LightweightSession();
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var (actor, target) = await LockAsync(documents, action.ActorId, action.TargetId, ct);
        var now = clock.GetUtcNow();
        var changed = change(actor, target, now);
        SessionRevocation? revocation = null;
        if (changed != target)
        {
            documents.Store(changed with { UpdatedAt = now });
            AccountDirectory.QueueChanged(documents, target.Id);
            revocation = action.Logins switch
            {
                Logins.End => SessionRevocations.QueueRevokeAll(documents, target.Id, now),
                Logins.Reconnect => SessionRevocations.QueueReconnect(documents, target.Id),
                _ => null,
            };
        }
        documents.QueueAudit(
            action.Audit,
            actor.Id,
            action.Origin,
            now,
            new JsonObject { ["target_user_id"] = target.Id.ToString() }
        );
        await documents.SaveChangesAsync(ct);
        await transaction.CommitAsync(CancellationToken.None);
        accounts.Invalidate(target.Id);
        if (revocation is not null)
            revocations.Announce(revocation);
    }

    /// <summary>Operator and account without locks, to refuse early; <see cref="ApplyAsync"/> asks again.</summary>
    public async Task<(User Actor, User Target)> ReadAsync(Guid actorId, Guid targetId, CancellationToken ct)
    {
        await using var documents = store.QuerySession();
        return Pick(await documents.LoadManyAsync<User>(ct, actorId, targetId), actorId, targetId);
    }

    /// <summary>Operator and account as they are, locked until the transaction ends.</summary>
    public static async Task<(User Actor, User Target)> LockAsync(
        IDocumentSession documents,
        Guid actorId,
        Guid targetId,
        CancellationToken ct
    )
    {
        // In the order of ids, so that two operators who act on each other wait instead of blocking each other.
        var found = await documents.QueryAsync<User>(
            "where id in (?, ?) order by id for no key update",
            ct,
            actorId,
            targetId
        );
        return Pick(found, actorId, targetId);
    }

    private static (User Actor, User Target) Pick(IReadOnlyList<User> found, Guid actorId, Guid targetId)
    {
        var actor = found.FirstOrDefault(user => user.Id == actorId) ?? throw Failure.Unauthorized.AsException();
        if (!actor.IsAdmin && !actor.IsOwner)
            throw Failure.Forbidden.AsException();
        var target = found.FirstOrDefault(user => user.Id == targetId) ?? throw NotFound.AsException();
        return (actor, target);
    }
}
