using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;

namespace Chatalot.Features.Auth;

/// <summary>
/// POST /api/account/regenerate-recovery-code: a new recovery code in place of the old one. Needs a login of the last
/// minutes or the password: whoever has the code has the account.
/// </summary>
internal sealed class RegenerateRecoveryCode(
    IDocumentStore store,
    PasswordCheckpoint passwords,
    RecentLogin recent,
    TimeProvider clock
) : Endpoint<RegenerateRecoveryCode.Command, RecoveryCodeResponse>
{
    private static readonly Failure SignInAgain = Failure.Validation(
        "please log in again before you create a new recovery code"
    );
    private static readonly Failure WrongPassword = Failure.Validation("password is incorrect");

    /// <param name="Password">Not needed shortly after a login.</param>
    public sealed record Command(string? Password);

    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/account/regenerate-recovery-code");
        Summary("Replace the recovery code");
    }

    /// <inheritdoc/>
    public override async Task<RecoveryCodeResponse> ExecuteAsync(Command command, CancellationToken ct)
    {
        var (userId, device) = (User.Id(), ClientDevice.Of(HttpContext));
        var checkedUser = command.Password is { } password
            ? await passwords.PassAsync(userId, password, WrongPassword, "recovery_code_failed", device, ct)
            : null;

        var now = clock.GetUtcNow();
        var code = RecoveryCode.New();
        await using var documents = store.LightweightSession();
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        // A password that was changed in the meantime locks out whoever got this far with the old one.
        var user = checkedUser is not null
            ? await PasswordCheckpoint.LockAsync(documents, checkedUser, ct)
            : await LockAsync(documents, userId, ct);
        if (checkedUser is null && !await recent.IsRecentAsync(connection, User.Session(), ct))
            throw SignInAgain.AsException();
        documents.Store(user with { RecoveryCodeHash = RecoveryCode.Hash(code), UpdatedAt = now });
        documents.QueueAudit("recovery_code_regenerated", userId, device.Origin, now);
        SecurityNotices.Queue(documents, userId, "recovery_code_replaced", device.Origin.Address, now);
        await documents.SaveChangesAsync(ct);
        await transaction.CommitAsync(CancellationToken.None);
        return new(code);
    }

    private static async Task<User> LockAsync(IDocumentSession documents, Guid userId, CancellationToken ct)
    {
        var found = await documents.QueryAsync<User>("where id = ? for no key update", ct, userId);
        return found.SingleOrDefault() ?? throw Failure.Unauthorized.AsException();
    }
}
