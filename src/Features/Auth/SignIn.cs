using System.Text.Json.Nodes;
using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Features.Auth.TwoFactor;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Security;
using Microsoft.Extensions.Logging;

namespace Chatalot.Features.Auth;

/// <summary>
/// The last steps of every login, however people proved who they are: second factor, suspension, session.
/// </summary>
internal sealed class SignIn(
    FailureLog failures,
    RefusedLogins refused,
    SecondFactors factors,
    AccessTokens tokens,
    AuthOptions options,
    TimeProvider clock
)
{
    // The web client shows its field for the code when the text mentions 2fa.
    private static readonly Failure CodeNeeded = Failure.Validation("2FA code required");
    private static readonly Failure Suspended = Failure.Validation("account is suspended");

    /// <summary>
    /// Saves and commits the unit of work, with a session or with what a refusal leaves behind; only a missing code
    /// leaves nothing, so that the client can come again with one.
    /// </summary>
    /// <param name="documents">The unit of work, in a transaction that is the caller's to open.</param>
    /// <param name="commit">Commits that transaction.</param>
    /// <param name="user">
    /// The account, whose row is locked: a password change or suspension sees the session or comes first.
    /// </param>
    /// <param name="code">The second factor, if one was given.</param>
    /// <param name="metadata">For the audit entry.</param>
    /// <param name="device">From where.</param>
    /// <param name="logger">Where a refusal is noted.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="FailureException">Refused.</exception>
    public async Task<SignedInResponse> CompleteAsync(
        IDocumentSession documents,
        Func<CancellationToken, Task> commit,
        User user,
        PresentedCode? code,
        JsonObject? metadata,
        ClientDevice device,
        ILogger logger,
        CancellationToken ct
    )
    {
        var refusal =
            await CheckCodeAsync(documents, user, code, device, logger, ct)
            ?? CheckSuspension(documents, user, device, logger);
        // After the second factor, so that the audit log has the use of a backup code before the login.
        var now = clock.GetUtcNow();
        var session = Session.Start(user.Id, device, now);
        if (refusal is null)
        {
            FailureLog.QueueClear(documents, Attempt.Login, user.Username, device);
            session.Queue(documents, options.Sessions);
            documents.QueueAudit("login", user.Id, device.Origin, now, metadata);
        }
        await documents.SaveChangesAsync(ct);
        await commit(ct);
        return refusal is null ? SignedInResponse.Of(user, session, tokens) : throw refusal.AsException();
    }

    /// <summary>
    /// What the second factor says: the refusal, with what it leaves behind queued, or null to go on.
    /// </summary>
    private async Task<Failure?> CheckCodeAsync(
        IDocumentSession documents,
        User user,
        PresentedCode? code,
        ClientDevice device,
        ILogger logger,
        CancellationToken ct
    )
    {
        switch (await factors.CheckAsync(documents, failures, user.Id, user.Username, code, device, ct))
        {
            case SecondFactorVerdict.Missing:
                throw CodeNeeded.AsException();
            case SecondFactorVerdict.Refused { Locked: var locked }:
                documents.QueueAudit("login_failed_2fa", user.Id, device.Origin, clock.GetUtcNow());
                refused.Note(logger, "WrongSecondFactor", user.Id);
                return locked ?? Failure.Unauthorized;
            case SecondFactorVerdict.Accepted { WasBackupCode: true }:
                documents.QueueAudit("login_backup_code_used", user.Id, device.Origin, clock.GetUtcNow());
                return null;
            default:
                return null;
        }
    }

    private Failure? CheckSuspension(IDocumentSession documents, User user, ClientDevice device, ILogger logger)
    {
        if (user.SuspendedAt is null)
            return null;
        documents.QueueAudit("login_suspended", user.Id, device.Origin, clock.GetUtcNow());
        refused.Note(logger, "Suspended", user.Id);
        return Suspended;
    }
}
