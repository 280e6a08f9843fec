using Chatalot.Features.Accounts;
using Chatalot.Shared.Security;
using Microsoft.Extensions.Logging;

namespace Chatalot.Features.Auth;

/// <summary>Who calls.</summary>
/// <param name="UserId">The user.</param>
/// <param name="SessionId">The login that the token belongs to.</param>
/// <param name="Username">The user's name.</param>
public sealed record Caller(Guid UserId, Guid SessionId, string Username);

/// <summary>
/// Turns access tokens into callers. A token counts only as long as its session is not revoked and its account exists,
/// is not suspended and has not moved on to a higher token version: all of that as it is now.
/// </summary>
public sealed class Authenticator(
    AccessTokens tokens,
    LiveSessions sessions,
    AccountDirectory accounts,
    ILogger<Authenticator> logger
)
{
    /// <summary>The caller, or null. Completes synchronously when session and account are in memory.</summary>
    public async ValueTask<Caller?> AuthenticateAsync(string accessToken, CancellationToken ct)
    {
        if (tokens.Read(accessToken, out var fault) is not { } claims)
            return Refuse(fault.ToString(), null);
        if (!await sessions.IsLiveAsync(claims.SessionId, claims.UserId, ct))
            return Refuse("SessionEnded", claims.UserId);
        if (await accounts.FindAsync(claims.UserId, ct) is not { } account)
            return Refuse("AccountGone", claims.UserId);
        if (account.IsSuspended)
            return Refuse("Suspended", account.Id);
        if (account.TokenVersion != claims.TokenVersion)
            return Refuse("Outdated", account.Id);
        return new(account.Id, claims.SessionId, account.Username);
    }

    /// <summary>
    /// Whether a caller who was let in earlier would still be, for connections that outlive their token.
    /// </summary>
    public async ValueTask<bool> IsLiveAsync(Caller caller, CancellationToken ct) =>
        await sessions.IsLiveAsync(caller.SessionId, caller.UserId, ct)
        && await accounts.FindAsync(caller.UserId, ct) is { IsSuspended: false };

    private Caller? Refuse(string reason, Guid? userId)
    {
        AuthLog.AccessTokenRefused(logger, reason, userId);
        return null;
    }
}
