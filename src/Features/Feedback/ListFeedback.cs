using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Feedback;

/// <summary>GET /api/admin/feedback: what people told, newest first.</summary>
internal sealed class ListFeedback(NpgsqlDataSource database) : Endpoint<ListFeedback.Query, ListFeedback.Response>
{
    /// <param name="Page">From 1.</param>
    /// <param name="PerPage">1 to 100, default 50.</param>
    public sealed record Query(int? Page, int? PerPage);

    /// <param name="Feedback">The page.</param>
    /// <param name="Total">All there is.</param>
    public sealed record Response(IReadOnlyList<Entry> Feedback, long Total);

    /// <summary>What somebody told; the picture is fetched by itself.</summary>
    public sealed record Entry(
        Guid Id,
        Guid? UserId,
        string Category,
        string Title,
        string Description,
        bool HasScreenshot,
        int? IssueNumber,
        DateTimeOffset CreatedAt
    );

    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/admin/feedback");
        Policies(InstancePolicy.Operator);
        Summary("List feedback", 403);
    }

    /// <inheritdoc/>
    public override async Task<Response> ExecuteAsync(Query query, CancellationToken ct)
    {
        var page = NumberedPage.Of(query.Page, query.PerPage);
        await using var connection = await database.OpenConnectionAsync(ct);
        var total = await connection.FirstAsync("select count(*) from feedback", row => row.GetInt64(0), ct);
        var entries = await connection.ListAsync(
            """
            select id, user_id, category, title, description, screenshot_type is not null, issue_number, created_at
            from feedback order by created_at desc, id desc limit $1 offset $2
            """,
            row => new Entry(
                row.GetGuid(0),
                row.GetId(1),
                row.GetString(2),
                row.GetString(3),
                row.GetString(4),
                row.GetBoolean(5),
                row.GetNumber(6),
                row.GetFieldValue<DateTimeOffset>(7)
            ),
            ct,
            page.PerPage,
            page.Offset
        );
        return new(entries, total);
    }
}
