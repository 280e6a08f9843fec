using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Security;
using Microsoft.Extensions.Logging;

namespace Chatalot.Features.Auth;

/// <summary>
/// POST /api/auth/refresh: a new access token, and the refresh token that replaces the presented one. Each of those who
/// refresh at the same moment gets a successor of its own; a token that was replaced long ago ends its session.
/// </summary>
internal sealed class Refresh(
    IDocumentSession documents,
    SessionRevocations revocations,
    AccessTokens tokens,
    AuthOptions options,
    TimeProvider clock,
    ILogger<Refresh> logger
) : Endpoint<Refresh.Command, Refresh.Response>
{
    /// <param name="RefreshToken">64 hex digits.</param>
    public sealed record Command(string RefreshToken);

    /// <param name="AccessToken">Valid for 900 seconds.</param>
    /// <param name="RefreshToken">For the next refresh.</param>
    public sealed record Response(string AccessToken, string RefreshToken);

    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/auth/refresh");
        AllowAnonymous();
        Summary("Exchange a refresh token for new tokens", 401);
    }

    /// <inheritdoc/>
    public override async Task<Response> ExecuteAsync(Command command, CancellationToken ct)
    {
        if (RefreshToken.Parse(command.RefreshToken) is not { } presented)
            throw Refused("Malformed", null);
        var now = clock.GetUtcNow();
        var device = ClientDevice.Of(HttpContext);
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await SessionTokenStorage.LockAsync(connection, presented, ct) is not { } session)
            throw Refused("Unknown", null);
        if (await documents.LoadAsync<User>(session.UserId, ct) is not { SuspendedAt: null } user)
            throw Refused("Suspended", session.UserId);

        var decision = RefreshDecision.Decide(session.Tokens, presented, now, options.Sessions.RefreshGrace);
        if (decision is RefreshDecision.Rotate rotate)
            SessionTokenStorage.QueueRotation(documents, session, rotate, device, options.Sessions, now);
        else if (decision is RefreshDecision.Reuse)
        {
            SessionRevocations.QueueRevoke(documents, session.Id, now);
            documents.QueueAudit("refresh_token_reused", user.Id, device.Origin, now);
        }
        await documents.SaveChangesAsync(ct);
        await transaction.CommitAsync(CancellationToken.None);

        if (decision is RefreshDecision.Rotate { Successor: var next })
            return new(tokens.IssueFor(user, session.Id), next.ToString());
        if (decision is RefreshDecision.Reuse)
            revocations.Announce(user.Id, session.Id);
        throw Refused(decision is RefreshDecision.Reuse ? "Reused" : "SessionEnded", user.Id);
    }

    private FailureException Refused(string reason, Guid? userId)
    {
        AuthLog.RefreshRefused(logger, reason, userId);
        return Failure.Unauthorized.AsException();
    }
}
