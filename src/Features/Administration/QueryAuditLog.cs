using System.Text.Json;
using Chatalot.Features.Accounts;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Administration;

/// <summary>
/// GET /api/admin/audit-log: who did what, when and from where, newest first. Reading leaves no entry.
/// </summary>
internal sealed class QueryAuditLog(NpgsqlDataSource database) : Endpoint<QueryAuditLog.Query, QueryAuditLog.Response>
{
    /// <param name="Page">From 1.</param>
    /// <param name="PerPage">1 to 100, default 50.</param>
    /// <param name="Action">Only this action.</param>
    /// <param name="UserId">Only what this account did.</param>
    public sealed record Query(int? Page, int? PerPage, string? Action, Guid? UserId);

    /// <param name="Entries">The page.</param>
    /// <param name="Total">All entries that match.</param>
    /// <param name="Page">Which page it is.</param>
    /// <param name="PerPage">Entries of a page.</param>
    public sealed record Response(IReadOnlyList<AuditEntry> Entries, long Total, int Page, int PerPage);

    /// <param name="Id">Grows with time.</param>
    /// <param name="UserId">Who did it; null: nobody signed in, or the account is gone.</param>
    /// <param name="Action">What.</param>
    /// <param name="IpAddress">From where.</param>
    /// <param name="UserAgent">By which program.</param>
    /// <param name="Metadata">Further facts.</param>
    /// <param name="CreatedAt">When.</param>
    public sealed record AuditEntry(
        Guid Id,
        Guid? UserId,
        string Action,
        string? IpAddress,
        string? UserAgent,
        JsonElement? Metadata,
        DateTimeOffset CreatedAt
    );

    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/admin/audit-log");
        Policies(InstancePolicy.Operator);
        Summary("Query the audit log", 403);
    }

    /// <inheritdoc/>
    public override async Task<Response> ExecuteAsync(Query query, CancellationToken ct)
    {
        var page = NumberedPage.Of(query.Page, query.PerPage);
        var asked = new Conditions().And("action = ?", query.Action.Trimmed()).And("user_id = ?", query.UserId);
        // Only the indexes by action and by account have the time in this form.
        var time = asked.AreNone ? "created_at" : "created_at at time zone 'UTC'";
        await using var connection = await database.OpenConnectionAsync(ct);
        var total = await connection.FirstAsync(
            $"select count(*) from audit_log {asked.Where}",
            row => row.GetInt64(0),
            ct,
            asked.Values
        );
        var entries = await connection.ListAsync(
            $"""
            select id, user_id, action, ip_address, user_agent, metadata::text, created_at from audit_log
            {asked.Where}
            order by {time} desc, id desc {asked.Limit}
            """,
            Read,
            ct,
            [.. asked.Values, page.PerPage, page.Offset]
        );
        return new(entries, total, page.Page, page.PerPage);
    }

    private static AuditEntry Read(NpgsqlDataReader row) =>
        new(
            row.GetGuid(0),
            row.GetId(1),
            row.GetString(2),
            row.GetText(3),
            row.GetText(4),
            row.GetText(5) is { } metadata ? JsonElement.Parse(metadata) : null,
            row.GetFieldValue<DateTimeOffset>(6)
        );
}
