using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Reports;

/// <summary>GET /api/admin/reports: reports, newest first.</summary>
internal sealed class ListReports(NpgsqlDataSource database) : Endpoint<ListReports.Query, ListReports.Response>
{
    /// <param name="Status">Only those in this state.</param>
    /// <param name="Page">From 1.</param>
    /// <param name="PerPage">1 to 100, default 50.</param>
    public sealed record Query(string? Status, int? Page, int? PerPage);

    /// <param name="Reports">The page.</param>
    /// <param name="Total">All reports that match.</param>
    /// <param name="Page">Which page it is.</param>
    /// <param name="PerPage">Reports of a page.</param>
    public sealed record Response(IReadOnlyList<ReportResponse> Reports, long Total, int Page, int PerPage);

    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/admin/reports");
        Policies(InstancePolicy.Operator);
        Summary("List reports", 403);
    }

    /// <inheritdoc/>
    public override async Task<Response> ExecuteAsync(Query query, CancellationToken ct)
    {
        var page = NumberedPage.Of(query.Page, query.PerPage);
        var asked = new Conditions().And("status = ?", query.Status is "" ? null : query.Status);
        // Only the index by status has the time in this form.
        var time = asked.AreNone ? "created_at" : "created_at at time zone 'UTC'";
        await using var connection = await database.OpenConnectionAsync(ct);
        var total = await connection.FirstAsync(
            $"select count(*) from reports {asked.Where}",
            row => row.GetInt64(0),
            ct,
            asked.Values
        );
        var reports = await connection.ListAsync(
            $"""
            select {ReportResponse.Columns} from reports
            {asked.Where}
            order by {time} desc, id desc {asked.Limit}
            """,
            ReportResponse.Read,
            ct,
            [.. asked.Values, page.PerPage, page.Offset]
        );
        return new(reports, total, page.Page, page.PerPage);
    }
}
