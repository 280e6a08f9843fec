using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;

namespace Chatalot.Features.Auth.TwoFactor;

/// <summary>
/// POST /api/totp/disable: turns two-factor authentication off, for who still has the app or a backup code.
/// </summary>
internal sealed class DisableTotp(IDocumentStore store, SecondFactors factors, FailureLog failures, TimeProvider clock)
    : Endpoint<DisableTotp.Command, DisableTotp.Response>
{
    internal static readonly Failure NotEnabled = Failure.Validation("2FA is not enabled");

    /// <param name="Code">Six digits, or a backup code.</param>
    public sealed record Command(string Code);

    /// <param name="Enabled">False.</param>
    public sealed record Response(bool Enabled);

    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/totp/disable");
        Summary("Turn two-factor authentication off");
    }

    /// <inheritdoc/>
    public override async Task<Response> ExecuteAsync(Command command, CancellationToken ct)
    {
        var (userId, username, device) = (User.Id(), User.Name(), ClientDevice.Of(HttpContext));
        if (await failures.CheckAsync(Attempt.Login, username, device, ct) is { } locked)
            throw locked.AsException();
        var presented = await factors.ReadAsync(userId, command.Code, ct);
        await using var documents = store.LightweightSession();
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var verdict = await factors.CheckAsync(documents, failures, userId, username, presented, device, ct);
        if (verdict is SecondFactorVerdict.NotEnabled)
            throw NotEnabled.AsException();
        var isRight = verdict is SecondFactorVerdict.Accepted;
        var now = clock.GetUtcNow();
        if (isRight)
        {
            SecondFactors.QueueRemove(documents, userId);
            SecurityNotices.Queue(documents, userId, "second_factor_disabled", device.Origin.Address, now);
        }
        documents.QueueAudit(isRight ? "totp_disabled" : "totp_failed", userId, device.Origin, now);
        await documents.SaveChangesAsync(ct);
        await transaction.CommitAsync(CancellationToken.None);
        return verdict is SecondFactorVerdict.Refused refused
            ? throw (refused.Locked ?? VerifyTotp.InvalidCode).AsException()
            : new(false);
    }
}
