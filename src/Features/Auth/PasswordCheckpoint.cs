using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Security;

namespace Chatalot.Features.Auth;

/// <summary>
/// Asks who is logged in already for the password, before what a stolen token alone must not do. Wrong ones are counted
/// and audited as those at login are.
/// </summary>
internal sealed class PasswordCheckpoint(
    IDocumentStore store,
    FailureLog failures,
    PasswordHasher hasher,
    TimeProvider clock
)
{
    /// <summary>The account of the caller, whose password this is.</summary>
    /// <param name="userId">The caller.</param>
    /// <param name="password">What they typed.</param>
    /// <param name="wrong">
    /// What a wrong password is answered with; never 401, which clients answer with a refresh.
    /// </param>
    /// <param name="failedAction">What the audit log calls it.</param>
    /// <param name="device">From where.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="FailureException">Wrong, locked, or the account is gone (401).</exception>
    public async Task<User> PassAsync(
        Guid userId,
        string password,
        Failure wrong,
        string failedAction,
        ClientDevice device,
        CancellationToken ct
    )
    {
        var user = await FindAsync(userId, ct);
        Refuse(await failures.CheckAsync(Attempt.Password, user.Username, device, ct));
        var check = await hasher.VerifyAsync(password, user.PasswordHash, ct);
        if (!check.IsCorrect)
            Refuse(await CountFailureAsync(user, failedAction, device, ct) ?? wrong);
        // A lock that others reached while this password was being hashed must hide that it was right.
        Refuse(await failures.CheckAsync(Attempt.Password, user.Username, device, ct));
        return user;
    }

    /// <summary>
    /// The account, locked until the transaction ends, if its password is still the one that was checked.
    /// </summary>
    /// <exception cref="FailureException">It is gone or has another password (401).</exception>
    public static async Task<User> LockAsync(IDocumentSession documents, User checkedUser, CancellationToken ct)
    {
        var found = await documents.QueryAsync<User>("where id = ? for no key update", ct, checkedUser.Id);
        return found.SingleOrDefault() is { } user && user.PasswordHash == checkedUser.PasswordHash
            ? user
            : throw Failure.Unauthorized.AsException();
    }

    private static void Refuse(Failure? failure)
    {
        if (failure is not null)
            throw failure.AsException();
    }

    /// <summary>In a session of its own: no connection is held while passwords are hashed.</summary>
    private async Task<User> FindAsync(Guid userId, CancellationToken ct)
    {
        await using var documents = store.QuerySession();
        return await documents.LoadAsync<User>(userId, ct) ?? throw Failure.Unauthorized.AsException();
    }

    private async Task<Failure?> CountFailureAsync(
        User user,
        string failedAction,
        ClientDevice device,
        CancellationToken ct
    )
    {
        await using var documents = store.LightweightSession();
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var locked = await failures.CountAsync(documents, Attempt.Password, user.Username, user.Username, device, ct);
        documents.QueueAudit(failedAction, user.Id, device.Origin, clock.GetUtcNow());
        await documents.SaveChangesAsync(ct);
        await transaction.CommitAsync(CancellationToken.None);
        return locked;
    }
}
