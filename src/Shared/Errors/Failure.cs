namespace Chatalot.Shared.Errors;

/// <summary>
/// A refusal as a value: what the caller is told and the HTTP status that carries it (contract, operations.md 5.2).
/// Decisions return it; only the edges (HTTP response, error frame) turn it into bytes.
/// </summary>
/// <param name="Status">HTTP status code, 400 to 599.</param>
/// <param name="Code">Machine-readable word of the contract, for example <c>validation_error</c>.</param>
/// <param name="Message">Text fit for people; clients show it verbatim.</param>
public sealed record Failure(int Status, string Code, string Message)
{
    /// <summary>Seconds after which a retry makes sense; becomes the <c>Retry-After</c> header. Null: none.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>A failed rule of the request (400).</summary>
    public static Failure Validation(string message) => new(400, "validation_error", message);

    /// <summary>
    /// The token is missing, wrong, expired or revoked (401). Clients answer it with a token refresh.
    /// </summary>
    public static Failure Unauthorized { get; } = new(401, "unauthorized", "unauthorized");

    /// <summary>The caller knows of the thing but may not do this (403).</summary>
    public static Failure Forbidden { get; } = new(403, "forbidden", "forbidden");

    /// <summary>There is no such thing, or the caller may not know of it (404).</summary>
    public static Failure NotFound(string message) => new(404, "not_found", message);

    /// <summary>The request contradicts the present state (409).</summary>
    public static Failure Conflict(string message) => new(409, "conflict", message);

    /// <summary>Too many requests of one kind (429).</summary>
    public static Failure RateLimited(string message, int retryAfterSeconds) =>
        new(429, "rate_limited", message) { RetryAfterSeconds = retryAfterSeconds };

    /// <summary>The database cannot be reached (503); web clients repeat by themselves.</summary>
    public static Failure DatabaseUnavailable { get; } =
        new(503, "database_unavailable", "the database is not available, please try again") { RetryAfterSeconds = 5 };

    /// <summary>Too much at once (503); the same request may well succeed in a moment.</summary>
    public static Failure Busy { get; } =
        new(503, "busy", "the server is busy, please try again") { RetryAfterSeconds = 2 };

    /// <summary>Something this server did wrong (500); the cause is in the log only.</summary>
    public static Failure Internal { get; } = new(500, "internal_error", "an internal error occurred");

    /// <summary>The failure as an exception, for endpoints whose return type has no room for a refusal.</summary>
    public FailureException AsException() => new(this);
}

/// <summary>Carries a <see cref="Failure"/> to the HTTP edge. Never thrown on the message path.</summary>
public sealed class FailureException(Failure failure) : Exception(failure.Message)
{
    /// <summary>What the caller is told.</summary>
    public Failure Failure { get; } = failure;
}
