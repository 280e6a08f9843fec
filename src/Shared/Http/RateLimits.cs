using System.Globalization;
using Chatalot.Shared.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Chatalot.Shared.Http;

/// <summary>The server's HTTP token buckets, and the answer of an empty one.</summary>
internal sealed partial class RateLimits(RateLimitSettings settings, TimeProvider clock, ILogger<RateLimits> log)
{
    private const string TooManyRequests = "too many requests, please slow down";
    private const string TooManyAttempts = "too many authentication attempts";

    private readonly TokenBuckets<AddressKey> general = new(settings.General, clock);
    private readonly TokenBuckets<AddressKey> auth = new(settings.Auth, clock);
    private readonly TokenBuckets<AddressKey> session = new(settings.Session, clock);
    private readonly TokenBuckets<AddressKey> signedInAddress = new(settings.SignedInAddress, clock);
    private readonly TokenBuckets<AddressKey> pictures = new(settings.FileReads, clock);
    private readonly TokenBuckets<string> readers = new(settings.FileReads, clock);
    private readonly TokenBuckets<string> searches = new(settings.Searches, clock);
    private readonly TokenBuckets<string> users = new(settings.User, clock);

    /// <summary>Charges the buckets of the address; the refusal, or null to go on.</summary>
    public Failure? ChargeAddress(HttpContext context, RateLimitRule rule)
    {
        var address = AddressKey.Of(context.Connection.RemoteIpAddress);
        return rule switch
        {
            RateLimitRule.General => Charge(context, "general", general, address, TooManyRequests, 1),
            RateLimitRule.Auth => Charge(context, "general", general, address, TooManyRequests, 1)
                ?? Charge(context, "auth", auth, address, TooManyAttempts, 5),
            RateLimitRule.Session => Charge(context, "session", session, address, TooManyAttempts, 5),
            RateLimitRule.Pictures => Charge(context, "pictures", pictures, address, TooManyRequests, 1),
            RateLimitRule.SignedIn or RateLimitRule.FileReads or RateLimitRule.Search => Charge(
                context,
                "signed_in_address",
                signedInAddress,
                address,
                TooManyRequests,
                1
            ),
            _ => null,
        };
    }

    /// <summary>Charges the bucket of a signed-in user; the refusal, or null to go on.</summary>
    public Failure? ChargeUser(HttpContext context, RateLimitRule rule, string userId) =>
        rule switch
        {
            RateLimitRule.FileReads => Charge(context, "file_reads", readers, userId, TooManyRequests, 1),
            RateLimitRule.Search => Charge(context, "user", users, userId, TooManyRequests, 1)
                ?? Charge(context, "searches", searches, userId, TooManyRequests, 1),
            _ => Charge(context, "user", users, userId, TooManyRequests, 1),
        };

    private Failure? Charge<TKey>(
        HttpContext context,
        string name,
        TokenBuckets<TKey> buckets,
        TKey key,
        string message,
        int leastRetryAfterSeconds
    )
        where TKey : notnull
    {
        if (buckets.Size.IsUnlimited)
            return null;
        var grant = buckets.Take(key);
        var headers = context.Response.Headers;
        headers["RateLimit-Limit"] = Text(buckets.Size.Burst);
        headers["RateLimit-Remaining"] = Text(grant.Remaining);
        headers["RateLimit-Reset"] = Text(grant.SecondsToFull);
        if (grant.IsGranted)
            return null;
        RequestMetrics.RateLimited.Add(1, new KeyValuePair<string, object?>("bucket", name));
        var route = context.RouteForLog();
        LogRefused(route, buckets.Size.PerSecond, buckets.Size.Burst);
        return Failure.RateLimited(message, Math.Max(leastRetryAfterSeconds, grant.SecondsToNext));
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    [LoggerMessage(
        EventId = 1,
        EventName = "RateLimited",
        Level = LogLevel.Debug,
        Message = "rate limit reached route={Route} per_second={PerSecond} burst={Burst}"
    )]
    private partial void LogRefused(string route, double perSecond, int burst);
}

/// <summary>Charges what can be known before the token is checked. Runs after routing.</summary>
internal sealed class AddressRateLimit(RequestDelegate next, RateLimits limits)
{
    public Task InvokeAsync(HttpContext context)
    {
        var rule = RateLimitRules.Of(context.Route(), context.Request.Headers.Authorization.Count > 0);
        return limits.ChargeAddress(context, rule) is { } refusal
            ? ErrorBody.WriteAsync(context, refusal)
            : next(context);
    }
}

/// <summary>
/// Charges requests that brought a token, once it has been checked: a valid one to its user, so that an office behind
/// one address does not block itself; any other to the address like an anonymous call. Runs after authentication.
/// </summary>
internal sealed class CallerRateLimit(RequestDelegate next, RateLimits limits)
{
    public Task InvokeAsync(HttpContext context)
    {
        var rule = RateLimitRules.Of(context.Route(), context.Request.Headers.Authorization.Count > 0);
        if (rule is not (RateLimitRule.SignedIn or RateLimitRule.FileReads or RateLimitRule.Search))
            return next(context);
        var refusal = context.User.FindFirst("sub") is { Value: var userId }
            ? limits.ChargeUser(context, rule, userId)
            : limits.ChargeAddress(context, RateLimitRule.General);
        return refusal is not null ? ErrorBody.WriteAsync(context, refusal) : next(context);
    }
}
