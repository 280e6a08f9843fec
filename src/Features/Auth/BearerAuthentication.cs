using System.Security.Claims;
using System.Text.Encodings.Web;
using Chatalot.Features.Accounts;
using Chatalot.Shared.Errors;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Chatalot.Features.Auth;

/// <summary>
/// The scheme <c>Bearer</c> of ASP.NET Core. Only endpoints that need a caller are checked: clients send a token
/// everywhere, and an old one must not disturb a public endpoint.
/// </summary>
internal sealed class BearerAuthentication(
    Authenticator authenticator,
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Bearer";

    private static readonly AuthenticateResult Invalid = AuthenticateResult.Fail("the access token is not valid");

    /// <summary>The token of a request, or null. The prefix is case-sensitive, with exactly one space.</summary>
    public static string? TokenOf(HttpRequest request)
    {
        const string prefix = "Bearer ";
        var header = request.Headers.Authorization;
        return header.Count == 1 && header[0]!.StartsWith(prefix, StringComparison.Ordinal)
            ? header[0]![prefix.Length..]
            : null;
    }

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Context.GetEndpoint() is not { } endpoint || endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            return AuthenticateResult.NoResult();
        if (TokenOf(Request) is not { } token)
            return AuthenticateResult.NoResult();
        if (await authenticator.AuthenticateAsync(token, Context.RequestAborted) is not { } caller)
            return Invalid;
        var identity = new ClaimsIdentity(
            [
                new Claim(CallerClaims.UserId, caller.UserId.ToString()),
                new Claim(CallerClaims.SessionId, caller.SessionId.ToString()),
                new Claim(CallerClaims.Username, caller.Username),
            ],
            SchemeName,
            CallerClaims.Username,
            roleType: null
        );
        return AuthenticateResult.Success(new(new ClaimsPrincipal(identity), SchemeName));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = SchemeName;
        return ErrorBody.WriteAsync(Context, Failure.Unauthorized);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        ErrorBody.WriteAsync(Context, Failure.Forbidden);
}
