using System.Text.Json.Nodes;
using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Features.Auth;
using Chatalot.Features.Auth.TwoFactor;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;

namespace Chatalot.Features.Departures;

/// <summary>
/// DELETE /api/account: the caller's account goes, all of it or nothing. Needs the password; with a second factor also
/// a code, unless the caller has just logged in with one.
/// </summary>
internal sealed class DeleteAccount(
    IDocumentStore store,
    PasswordCheckpoint passwords,
    SecondFactors factors,
    FailureLog failures,
    RecentLogin recent,
    AccountRemoval removal,
    TimeProvider clock
) : Endpoint<DeleteAccount.Command>
{
    private static readonly Failure WrongPassword = Failure.Validation("password is incorrect");
    private static readonly Failure CodeNeeded = Failure.Validation("2FA code required");

    /// <param name="Password">What it is now.</param>
    /// <param name="TotpCode">Six digits or a backup code, for who has a second factor.</param>
    public sealed record Command(string Password, string? TotpCode);

    /// <inheritdoc/>
    public override void Configure()
    {
        Delete("/api/account");
        Summary("Delete the caller's account");
    }

    /// <inheritdoc/>
    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        var (userId, device) = (User.Id(), ClientDevice.Of(HttpContext));
        var user = await passwords.PassAsync(
            userId,
            command.Password,
            WrongPassword,
            "account_deletion_failed",
            device,
            ct
        );
        var code = command.TotpCode is { } typed ? await factors.ReadAsync(userId, typed, ct) : null;
        var isRecent = await recent.IsRecentAsync(User.Session(), ct);

        await using var documents = store.LightweightSession();
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await documents.QueryAsync<User>("where id = ? for update", ct, userId);
        user = await PasswordCheckpoint.LockAsync(documents, user, ct);
        var verdict = await factors.CheckAsync(documents, failures, userId, user.Username, code, device, ct);
        if (verdict is SecondFactorVerdict.Refused { Locked: var locked })
        {
            documents.QueueAudit("account_deletion_failed", userId, device.Origin, clock.GetUtcNow());
            await documents.SaveChangesAsync(ct);
            await transaction.CommitAsync(CancellationToken.None);
            throw (locked ?? VerifyTotp.InvalidCode).AsException();
        }
        if (verdict is SecondFactorVerdict.Missing && !isRecent)
            throw CodeNeeded.AsException();
        if (await AccountRemoval.RefusalAsync(connection, user, ct) is { } refusal)
            throw refusal.AsException();

        // From here on it completes, also when the client does not wait for it.
        var departure = await AccountRemoval.RemoveAsync(documents, user, clock.GetUtcNow(), CancellationToken.None);
        documents.QueueAudit(
            "account_deleted",
            userId: null,
            device.Origin,
            clock.GetUtcNow(),
            new JsonObject { ["user_id"] = userId.ToString(), ["username"] = user.Username }
        );
        await documents.SaveChangesAsync(CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);
        await removal.AnnounceAsync(departure);
        return null;
    }
}
