using Chatalot.Features.Audit;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;

namespace Chatalot.Features.Auth;

/// <summary>
/// POST /api/auth/logout: ends the session of the presented refresh token. Needs no access token, which may have
/// expired, and answers the same for tokens that nobody has.
/// </summary>
internal sealed class Logout(IDocumentSession documents, SessionRevocations revocations, TimeProvider clock)
    : Endpoint<Logout.Command>
{
    /// <param name="RefreshToken">64 hex digits; any token that the session ever had.</param>
    public sealed record Command(string RefreshToken);

    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/auth/logout");
        AllowAnonymous();
        Summary("End the session of a refresh token");
    }

    /// <inheritdoc/>
    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        if (RefreshToken.Parse(command.RefreshToken) is not { } presented)
            return null;
        var now = clock.GetUtcNow();
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await SessionTokenStorage.LockAsync(connection, presented, ct) is not { Tokens.IsRevoked: false } session)
            return null;
        SessionRevocations.QueueRevoke(documents, session.Id, now);
        documents.QueueAudit("logout", session.UserId, ClientDevice.Of(HttpContext).Origin, now);
        await documents.SaveChangesAsync(ct);
        await transaction.CommitAsync(CancellationToken.None);
        revocations.Announce(session.UserId, session.Id);
        return null;
    }
}
