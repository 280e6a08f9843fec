using System.Text;
using System.Text.Json.Nodes;
using Chatalot.Shared.Documents;
using Microsoft.AspNetCore.Http;

namespace Chatalot.Features.Audit;

/// <summary>From where something was done.</summary>
/// <param name="Address">The client's IP address, or null when it is not known.</param>
/// <param name="UserAgent">The client's <c>User-Agent</c>, or null: without one, and above 512 bytes.</param>
public sealed record AuditOrigin(string? Address, string? UserAgent)
{
    private const int LongestUserAgent = 512;

    /// <summary>Reads the request; its address is already that behind trusted proxies.</summary>
    public static AuditOrigin Of(HttpContext context)
    {
        var agent = context.Request.Headers.UserAgent.ToString();
        return new(
            context.Connection.RemoteIpAddress?.ToString(),
            agent.Length == 0 || Encoding.UTF8.GetByteCount(agent) > LongestUserAgent ? null : agent
        );
    }
}

/// <summary>What admins can look up later: who did what, when and from where.</summary>
public static class AuditLog
{
    /// <summary>Queues an entry into the unit of work of what it tells of: both are written, or neither.</summary>
    /// <param name="documents">The unit of work.</param>
    /// <param name="action">A word of at most 64 characters, for example <c>login_failed</c>.</param>
    /// <param name="userId">Who did it; null when nobody was signed in.</param>
    /// <param name="origin">From where.</param>
    /// <param name="now">When.</param>
    /// <param name="metadata">Further facts. Never secrets or content.</param>
    public static void QueueAudit(
        this IDocumentSession documents,
        string action,
        Guid? userId,
        AuditOrigin origin,
        DateTimeOffset now,
        JsonObject? metadata = null
    ) =>
        documents.QueueSqlCommand(
            """
            insert into audit_log (id, user_id, action, ip_address, user_agent, metadata, created_at)
            values (?, ?, ?, ?, ?, ?::jsonb, ?)
            """,
            Guid.CreateVersion7(now),
            userId,
            action,
            origin.Address,
            origin.UserAgent,
            metadata?.ToJsonString(),
            now
        );
}
