using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;

namespace Chatalot.Features.Auth.TwoFactor;

/// <summary>
/// POST /api/totp/verify: turns two-factor authentication on with the first right code of the app that was set up, and
/// answers the backup codes, once.
/// </summary>
internal sealed class VerifyTotp(IDocumentStore store, SecondFactors factors, FailureLog failures, TimeProvider clock)
    : Endpoint<VerifyTotp.Command, VerifyTotp.Response>
{
    internal static readonly Failure AlreadyEnabled = Failure.Conflict("2FA is already enabled");
    internal static readonly Failure InvalidCode = Failure.Validation("invalid TOTP code");
    private static readonly Failure NotSetUp = Failure.Validation("no TOTP secret configured, call /totp/setup first");

    /// <param name="Code">Six digits.</param>
    public sealed record Command(string Code);

    /// <param name="Enabled">True.</param>
    /// <param name="BackupCodes">Eight, shown once.</param>
    public sealed record Response(bool Enabled, IReadOnlyList<string> BackupCodes);

    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/totp/verify");
        Summary("Turn two-factor authentication on", 409);
    }

    /// <inheritdoc/>
    public override async Task<Response> ExecuteAsync(Command command, CancellationToken ct)
    {
        var (userId, username, device) = (User.Id(), User.Name(), ClientDevice.Of(HttpContext));
        if (await failures.CheckAsync(Attempt.Login, username, device, ct) is { } locked)
            throw locked.AsException();
        // Made first, because the transaction below should not wait for them.
        var (codes, hashes) = await factors.NewBackupCodesAsync(userId, ct);
        await using var documents = store.LightweightSession();
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var factor = await factors.LockAsync(connection, userId, ct) ?? throw NotSetUp.AsException();
        if (factor.IsEnabled)
            throw AlreadyEnabled.AsException();
        var attempt = await failures.BeginAsync(documents, Attempt.Login, username, device, ct);
        var now = clock.GetUtcNow();
        // The code is not used up: it has proved the app, and the next login may well come within the same half minute.
        var isRight = attempt.Locked is null && factor.Accept(new(command.Code.Trim(), null), now) is not null;
        if (isRight)
        {
            factors.QueueEnable(documents, userId, hashes);
            SecurityNotices.Queue(documents, userId, "second_factor_enabled", device.Origin.Address, now);
        }
        else if (attempt.Locked is null)
            attempt.QueueFailure(documents, username);
        documents.QueueAudit(isRight ? "totp_enabled" : "totp_failed", userId, device.Origin, now);
        await documents.SaveChangesAsync(ct);
        await transaction.CommitAsync(CancellationToken.None);
        return isRight ? new(true, codes) : throw (attempt.Locked ?? InvalidCode).AsException();
    }
}
