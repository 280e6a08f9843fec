using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;

namespace Chatalot.Features.Auth.TwoFactor;

/// <summary>POST /api/totp/regenerate-backup-codes: a new set in place of all old ones, for who has the app.</summary>
internal sealed class RegenerateBackupCodes(
    IDocumentStore store,
    SecondFactors factors,
    FailureLog failures,
    TimeProvider clock
) : Endpoint<RegenerateBackupCodes.Command, RegenerateBackupCodes.Response>
{
    /// <param name="Code">Six digits.</param>
    public sealed record Command(string Code);

    /// <param name="BackupCodes">Eight, shown once.</param>
    public sealed record Response(IReadOnlyList<string> BackupCodes);

    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/totp/regenerate-backup-codes");
        Summary("Replace the backup codes of two-factor authentication");
    }

    /// <inheritdoc/>
    public override async Task<Response> ExecuteAsync(Command command, CancellationToken ct)
    {
        var (userId, username, device) = (User.Id(), User.Name(), ClientDevice.Of(HttpContext));
        if (await failures.CheckAsync(Attempt.Login, username, device, ct) is { } locked)
            throw locked.AsException();
        // Made first, because the transaction below should not wait for them.
        var (codes, hashes) = await factors.NewBackupCodesAsync(userId, ct);
        var presented = new PresentedCode(command.Code.Trim(), null);
        await using var documents = store.LightweightSession();
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var verdict = await factors.CheckAsync(documents, failures, userId, username, presented, device, ct);
        if (verdict is SecondFactorVerdict.NotEnabled)
            throw DisableTotp.NotEnabled.AsException();
        var isRight = verdict is SecondFactorVerdict.Accepted;
        var now = clock.GetUtcNow();
        if (isRight)
        {
            SecondFactors.QueueBackupCodes(documents, userId, hashes);
            SecurityNotices.Queue(documents, userId, "backup_codes_replaced", device.Origin.Address, now);
        }
        documents.QueueAudit(isRight ? "totp_backup_codes_regenerated" : "totp_failed", userId, device.Origin, now);
        await documents.SaveChangesAsync(ct);
        await transaction.CommitAsync(CancellationToken.None);
        return verdict is SecondFactorVerdict.Refused refused
            ? throw (refused.Locked ?? VerifyTotp.InvalidCode).AsException()
            : new(codes);
    }
}
