namespace Chatalot.Shared.Http;

/// <summary>
/// Sizes of the HTTP token buckets (contract, operations.md 5.6 and 8.8; auth-account.md D-7). 0 lifts a limit.
/// </summary>
public sealed record RateLimitSettings
{
    /// <summary>API calls without a valid token, each address.</summary>
    public BucketSize General { get; init; } = new(20, 50);

    /// <summary>Register, login and recover together, each address, besides <see cref="General"/>.</summary>
    public BucketSize Auth { get; init; } = new(5, 10);

    /// <summary>
    /// Token refresh and client configuration, each address, instead of <see cref="General"/>: an office behind one
    /// address reconnects all at once, and clients that are refused a refresh log out.
    /// </summary>
    public BucketSize Session { get; init; } = new(50, 200);

    /// <summary>API calls with a valid token, each user, instead of <see cref="General"/>.</summary>
    public BucketSize User { get; init; } = new(20, 50);

    /// <summary>
    /// Reads of files and pictures, each user, or each address for pictures that need no token: a channel with a few
    /// dozen pictures is one glance (contract, files.md section 15, 6).
    /// </summary>
    public BucketSize FileReads { get; init; } = new(100, 500);

    /// <summary>
    /// Searches of messages, each user, besides <see cref="User"/>: few run at once, and nobody takes all places
    /// (contract, messages.md B 13). More than clients ask while somebody types.
    /// </summary>
    public BucketSize Searches { get; init; } = new(5, 20);

    /// <summary>API calls that bring a token, each address: bounds the work of checking tokens.</summary>
    public BucketSize SignedInAddress { get; init; } = new(200, 500);
}

/// <summary>Which buckets a request is charged to.</summary>
internal enum RateLimitRule
{
    /// <summary>Health probes, static files, the socket upgrade.</summary>
    Exempt,

    /// <summary>The general bucket of the address.</summary>
    General,

    /// <summary>The general and the auth bucket of the address.</summary>
    Auth,

    /// <summary>The session bucket of the address alone.</summary>
    Session,

    /// <summary>The bucket for pictures of the address alone.</summary>
    Pictures,

    /// <summary>The ceiling of the address now, the user's bucket for files once the token has been checked.</summary>
    FileReads,

    /// <summary>The ceiling of the address now, the user's buckets for calls and for searches later.</summary>
    Search,

    /// <summary>The ceiling of the address now, the user's bucket once the token has been checked.</summary>
    SignedIn,
}

internal static class RateLimitRules
{
    /// <param name="route">The matched route's pattern, or the path when no route matched.</param>
    /// <param name="bringsToken">The request has an <c>Authorization</c> header.</param>
    public static RateLimitRule Of(string route, bool bringsToken)
    {
        if (!IsBelow(route, "/api") || IsBelow(route, "/api/health"))
            return RateLimitRule.Exempt;
        if (IsBelow(route, "/api/auth/oidc"))
            return RateLimitRule.Auth;
        if (Is(route, "/api/auth/register") || Is(route, "/api/auth/login") || Is(route, "/api/auth/recover"))
            return RateLimitRule.Auth;
        if (Is(route, "/api/auth/refresh") || Is(route, "/api/auth/config"))
            return RateLimitRule.Session;
        if (IsPicture(route))
            return RateLimitRule.Pictures;
        if (bringsToken && IsBelow(route, "/api/files/{file_id}"))
            return RateLimitRule.FileReads;
        if (bringsToken && IsSearch(route))
            return RateLimitRule.Search;
        return bringsToken ? RateLimitRule.SignedIn : RateLimitRule.General;
    }

    /// <summary>What pages load without a token, token or not.</summary>
    private static bool IsPicture(string route) =>
        IsBelow(route, "/api/avatars")
        || IsBelow(route, "/api/community-assets")
        || IsBelow(route, "/api/group-assets")
        || IsBelow(route, "/api/emojis");

    private static bool IsSearch(string route) =>
        Is(route, "/api/messages/search") || Is(route, "/api/channels/{channel_id}/messages/search");

    private static bool Is(string route, string wanted) => route.Equals(wanted, StringComparison.OrdinalIgnoreCase);

    private static bool IsBelow(string route, string prefix) =>
        route.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)
        && (route.Length == prefix.Length || route[prefix.Length] == '/');
}
