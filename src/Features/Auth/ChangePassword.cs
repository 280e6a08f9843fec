using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Security;

namespace Chatalot.Features.Auth;

/// <summary>
/// PUT /api/account/password: a new password for who knows the current one. Ends all of the caller's logins at once;
/// the client signs in again.
/// </summary>
internal sealed class ChangePassword(
    IDocumentStore store,
    PasswordCheckpoint passwords,
    PasswordHasher hasher,
    AccountDirectory accounts,
    SessionRevocations revocations,
    TimeProvider clock
) : Endpoint<ChangePassword.Command>
{
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
        var user = await passwords.PassAsync(
            User.Id(),
            command.CurrentPassword,
            WrongPassword,
            "password_change_failed",
            device,
            ct
        );
        var refusal =
            CredentialRules.CheckPassword(command.NewPassword)
            ?? (command.NewPassword == command.CurrentPassword ? SamePassword : null);
        if (refusal is not null)
            throw refusal.AsException();
        await StoreAsync(user, await hasher.HashAsync(command.NewPassword, ct), device, ct);
        return null;
    }

    private async Task StoreAsync(User checkedUser, string newHash, ClientDevice device, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var documents = store.LightweightSession();
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var user = await PasswordCheckpoint.LockAsync(documents, checkedUser, ct);
        documents.Store(user with { PasswordHash = newHash, TokenVersion = user.TokenVersion + 1, UpdatedAt = now });
        AccountDirectory.QueueChanged(documents, user.Id);
        var revocation = SessionRevocations.QueueRevokeAll(documents, user.Id, now);
        FailureLog.QueueClear(documents, Attempt.Password, user.Username, device);
        documents.QueueAudit("password_changed", user.Id, device.Origin, now);
        await documents.SaveChangesAsync(ct);
        await transaction.CommitAsync(CancellationToken.None);
        accounts.Invalidate(user.Id);
        revocations.Announce(revocation);
    }
}
