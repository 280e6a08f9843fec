using System.Collections.Concurrent;

namespace Chatalot.Shared.Logging;

/// <summary>
/// What a logger is called in a line, and the names under which operators know it (contract, operations.md 7.3).
/// </summary>
/// <param name="Name">Printed name: the feature, such as <c>Chatalot.Messages</c>.</param>
/// <param name="Targets">Target names that existing <c>RUST_LOG</c> values use for it.</param>
internal sealed record LogCategory(string Name, IReadOnlyList<string> Targets)
{
    private const string Server = "chatalot_server";
    private const string RequestLog = "tower_http::trace";

    /// <summary>The framework tells each request without a good token under the name of our handler.</summary>
    private const string RefusedTokens = "Chatalot.Features.Auth.BearerAuthentication";

    private static readonly string[] Sockets =
    [
        "chatalot_server::ws",
        "chatalot_server::ws::handler",
        "chatalot_server::ws::session",
        "chatalot_server::ws::connection_manager",
    ];
    private static readonly string[] Authentication =
    [
        "chatalot_server::routes::auth",
        "chatalot_server::middleware::auth",
        "chatalot_server::services::auth_service",
        "chatalot_server::routes::totp",
        "chatalot_server::routes::account",
    ];
    private static readonly string[] Database = ["sqlx::query", "sqlx::pool", "sqlx::postgres"];

    /// <summary>By the beginning of the logger's name; the first match counts.</summary>
    private static readonly (string Prefix, string Name, string[] Targets)[] Known =
    [
        ("Chatalot.Shared.Http.RequestLog", "Chatalot.Http.Requests", [RequestLog]),
        ("Chatalot.Shared.Http.RateLimits", "Chatalot.Http.Limits", ["chatalot_server::middleware::rate_limit"]),
        ("Chatalot.Shared.Http.ErrorEdge", "Chatalot.Errors", ["chatalot_server::error"]),
        ("Chatalot.Shared.Realtime.", "Chatalot.Gateway", Sockets),
        ("Chatalot.Features.Gateway.", "Chatalot.Gateway", Sockets),
        ("Chatalot.Features.Presence.", "Chatalot.Presence", Sockets),
        ("Chatalot.Features.Voice.", "Chatalot.Voice", [.. Sockets, "chatalot_server::routes::voice"]),
        (
            "Chatalot.Features.Messages.",
            "Chatalot.Messages",
            [
                .. Sockets,
                "chatalot_server::routes::messages",
                "chatalot_server::routes::search",
                "chatalot_server::routes::polls",
                "chatalot_server::routes::webhooks",
                "chatalot_server::routes::bookmarks",
                "chatalot_server::routes::scheduled_messages",
                "chatalot_server::routes::link_preview",
                "chatalot_server::routes::gifs",
            ]
        ),
        (
            "Chatalot.Features.Previews.",
            "Chatalot.Previews",
            ["chatalot_server::routes::link_preview", "chatalot_server::routes::gifs"]
        ),
        (
            "Chatalot.Features.ScheduledMessages.",
            "Chatalot.ScheduledMessages",
            ["chatalot_server::routes::scheduled_messages"]
        ),
        ("Chatalot.Features.Auth.", "Chatalot.Auth", Authentication),
        ("Chatalot.Features.Accounts.", "Chatalot.Accounts", Authentication),
        ("Chatalot.Shared.Security.", "Chatalot.Auth", Authentication),
        (
            "Chatalot.Features.Files.",
            "Chatalot.Files",
            [
                "chatalot_server::routes::files",
                "chatalot_server::services::file_security",
                "chatalot_server::services::thumbnail_service",
            ]
        ),
        ("Chatalot.Features.Maintenance.", "Chatalot.Maintenance", [Server]),
        ("Chatalot.Shared.Scheduling.", "Chatalot.Maintenance", [Server]),
        ("Chatalot.Host", "Chatalot.Startup", [Server]),
        ("Npgsql", "Npgsql", Database),
    ];

    private static readonly string[] FrameworkRequestLogs =
    [
        "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.Routing",
        "Microsoft.AspNetCore.HttpLogging",
    ];

    private static readonly ConcurrentDictionary<string, LogCategory> Found = new(StringComparer.Ordinal);

    /// <summary>The category of a logger, by the name under which it was asked for.</summary>
    public static LogCategory Of(string loggerName) => Found.GetOrAdd(loggerName, Find);

    private static LogCategory Find(string loggerName)
    {
        foreach (var (prefix, name, targets) in Known)
        {
            if (loggerName.StartsWith(prefix, StringComparison.Ordinal))
                return new LogCategory(name, targets);
        }
        return loggerName.Split('.') switch
        {
            ["Chatalot", "Features", var feature, ..] => new(
                $"Chatalot.{feature}",
                [$"{Server}::routes::{feature.ToLowerInvariant()}"]
            ),
            ["Chatalot", "Shared", var part, ..] => new($"Chatalot.{part}", [Server]),
            ["Chatalot", ..] => new(loggerName, [Server]),
            _ => new(loggerName, IsFrameworkRequestLog(loggerName) ? [RequestLog] : []),
        };
    }

    /// <summary>
    /// The framework's own lines about a request show its path, which may hold a webhook token: only their warnings are
    /// let through, the server's own request log takes their place.
    /// </summary>
    public static bool IsFrameworkRequestLog(string loggerName) =>
        Array.Exists(FrameworkRequestLogs, name => loggerName.StartsWith(name, StringComparison.Ordinal));

    /// <summary>
    /// Requests, refused tokens, statements and outbound calls are everyday events: DEBUG here, Information to the
    /// framework.
    /// </summary>
    public static bool IsChatty(string loggerName) =>
        loggerName.StartsWith("Microsoft.", StringComparison.Ordinal)
        || loggerName == RefusedTokens
        || loggerName.StartsWith("System.", StringComparison.Ordinal)
        || loggerName.StartsWith("Npgsql", StringComparison.Ordinal);
}
