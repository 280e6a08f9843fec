using System.Text.Json.Serialization;
using Chatalot.Features.Accounts;
using Chatalot.Shared.Security;

namespace Chatalot.Features.Auth;

/// <summary>Answer to a registration or login.</summary>
/// <param name="AccessToken">Valid for 900 seconds; for the <c>Authorization</c> header and the socket.</param>
/// <param name="RefreshToken">64 hex digits; valid once, for <c>POST /api/auth/refresh</c>.</param>
/// <param name="User">Who signed in.</param>
/// <param name="RecoveryCode">Shown once, at registration; left out at login.</param>
public sealed record SignedInResponse(
    string AccessToken,
    string RefreshToken,
    UserPublic User,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? RecoveryCode = null
)
{
    internal static SignedInResponse Of(User user, Session session, AccessTokens tokens, string? recoveryCode = null) =>
        new(tokens.IssueFor(user, session.Id), session.Token.ToString(), UserPublic.From(user), recoveryCode);
}

internal static class AccessTokensOfUsers
{
    /// <summary>An access token for the user as they are now.</summary>
    public static string IssueFor(this AccessTokens tokens, User user, Guid sessionId) =>
        tokens.Issue(new(user.Id, sessionId, user.TokenVersion, user.Username, user.IsAdmin, user.IsOwner));
}
