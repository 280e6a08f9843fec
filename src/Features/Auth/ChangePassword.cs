using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Security;

namespace Chatalot.Features.Auth;

/// <summary>
/// PUT /api/account/password: a new password for who knows the current one. Ends all of the caller's logins at once; the
/// client signs in again.
/// </summary>
internal sealed class ChangePassword(
    IDocumentStore store,
    FailureLog failures,
    PasswordHasher hasher,
    AccountDirectory accounts,
    SessionRevocations revocations,
    TimeProvider clock
) : Endpoint<ChangePassword.Command>
{
    // 401 would make clients refresh their token and send the request again.
    private static readonly Failure WrongPassword = Failure.Validation("current password is incorrect");
    private static readonly Failure SamePassword = Failure.Validation(
        "new password must be different from the current password"
    );

    /// <param name="CurrentPassword">What it is now.</param>
    /// <param name="NewPassword">8 to 128 characters of four kinds.</param>
    public sealed record Command(string CurrentPassword, string NewPassword);

    /// <inheritdoc/>
    public override void Configure()
    {
        Put("/api/account/password");
        Summary("Change the password");
    }

    /// <inheritdoc/>
    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        var device = ClientDevice.Of(HttpContext);
        var user = await FindAsync(ct);
        Refuse(await failures.CheckAsync(Attempt.PasswordChange, user.Username, device, ct));
        var check = await hasher.VerifyAsync(command.CurrentPassword, user.PasswordHash, ct);
        if (!check.IsCorrect)
            Refuse(await CountFailureAsync(user, device, ct));
        Refuse(await failures.CheckAsync(Attempt.PasswordChange, user.Username, device, ct));
        Refuse(CredentialRules.CheckPassword(command.NewPassword));
        Refuse(command.NewPassword == command.CurrentPassword ? SamePassword : null);
        await StoreAsync(user, await hasher.HashAsync(command.NewPassword, ct), device, ct);
        return null;
    }

    private static void Refuse(Failure? failure)
    {
        if (failure is not null)
            throw failure.AsException();
    }

    /// <summary>In a session of its own: no connection is held while passwords are hashed.</summary>
    private async Task<User> FindAsync(CancellationToken ct)
    {
        await using var documents = store.QuerySession();
        return await documents.LoadAsync<User>(User.Id(), ct) ?? throw Failure.Unauthorized.AsException();
    }

    private async Task<Failure> CountFailureAsync(User user, ClientDevice device, CancellationToken ct)
    {
        await using var documents = store.LightweightSession();
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var locked = await failures.CountAsync(documents, Attempt.PasswordChange, user.Username, device, ct);
        documents.QueueAudit("password_change_failed", user.Id, device.Origin, clock.GetUtcNow());
        await documents.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return locked ?? WrongPassword;
    }

    private async Task StoreAsync(User checkedUser, string newHash, ClientDevice device, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var documents = store.LightweightSession();
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var user = (
            await documents.QueryAsync<User>("where id = ? for no key update", ct, checkedUser.Id)
        ).SingleOrDefault();
        if (user is null || user.PasswordHash != checkedUser.PasswordHash)
            throw Failure.Unauthorized.AsException();
        documents.Store(user with { PasswordHash = newHash, TokenVersion = user.TokenVersion + 1, UpdatedAt = now });
        AccountDirectory.QueueChanged(documents, user.Id);
        SessionRevocations.QueueRevokeAll(documents, user.Id, now);
        FailureLog.QueueClear(documents, Attempt.PasswordChange, user.Username, device);
        documents.QueueAudit("password_changed", user.Id, device.Origin, now);
        await documents.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        accounts.Invalidate(user.Id);
        revocations.Announce(user.Id);
    }
}
