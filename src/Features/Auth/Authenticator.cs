using Chatalot.Features.Accounts;
using Chatalot.Shared.Security;

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
public sealed class Authenticator(AccessTokens tokens, LiveSessions sessions, AccountDirectory accounts)
{
    /// <summary>The caller, or null. Completes synchronously when session and account are in memory.</summary>
    public async ValueTask<Caller?> AuthenticateAsync(string accessToken, CancellationToken ct)
    {
        if (
            tokens.Read(accessToken) is not { } claims
            || !await sessions.IsLiveAsync(claims.SessionId, claims.UserId, ct)
            || await accounts.FindAsync(claims.UserId, ct) is not { IsSuspended: false } account
            || account.TokenVersion != claims.TokenVersion
        )
            return null;
        return new(account.Id, claims.SessionId, account.Username);
    }

    /// <summary>Whether a caller who was let in earlier would still be, for connections that outlive their token.</summary>
    public async ValueTask<bool> IsLiveAsync(Caller caller, CancellationToken ct) =>
        await sessions.IsLiveAsync(caller.SessionId, caller.UserId, ct)
        && await accounts.FindAsync(caller.UserId, ct) is { IsSuspended: false };
}
