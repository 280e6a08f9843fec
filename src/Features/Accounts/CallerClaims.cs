using System.Security.Claims;

namespace Chatalot.Features.Accounts;

/// <summary>Reads who calls from the claims that the bearer check sets.</summary>
public static class CallerClaims
{
    /// <summary>Claim that holds the user's id.</summary>
    public const string UserId = "sub";

    /// <summary>Claim that holds the id of the login session.</summary>
    public const string SessionId = "sid";

    /// <summary>Claim that holds the user's name.</summary>
    public const string Username = "username";

    /// <summary>The caller's user id. Only behind the bearer check.</summary>
    public static Guid Id(this ClaimsPrincipal caller) => Guid.ParseExact(caller.FindFirst(UserId)!.Value, "D");

    /// <summary>The caller's name. Only behind the bearer check.</summary>
    public static string Name(this ClaimsPrincipal caller) => caller.FindFirst(Username)!.Value;

    /// <summary>The caller's login session. Only behind the bearer check.</summary>
    public static Guid Session(this ClaimsPrincipal caller) => Guid.ParseExact(caller.FindFirst(SessionId)!.Value, "D");
}
