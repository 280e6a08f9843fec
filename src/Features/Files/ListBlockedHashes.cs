using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Files;

/// <summary>
/// GET /api/admin/blocked-hashes: newest first, a page at a time; <c>X-Total-Count</c> says how many. Operators only.
/// </summary>
internal sealed class ListBlockedHashes(NpgsqlDataSource database)
    : Endpoint<ListBlockedHashes.Query, IReadOnlyList<BlockedHashResponse>>
{
    /// <summary>Which page.</summary>
    /// <param name="Page">From 1.</param>
    /// <param name="PerPage">1 to 100, default 50.</param>
    public sealed record Query(int? Page, int? PerPage);

    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/admin/blocked-hashes");
        Policies(InstancePolicy.Operator);
        Summary("Blocked file hashes", 403);
    }

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<BlockedHashResponse>> ExecuteAsync(Query query, CancellationToken ct)
    {
        var page = NumberedPage.Of(query.Page, query.PerPage);
        await using var connection = await database.OpenConnectionAsync(ct);
        var total = await connection.FirstAsync("select count(*) from blocked_hashes", row => row.GetInt64(0), ct);
        HttpContext.Response.Headers["X-Total-Count"] = $"{total}";
        return await connection.ListAsync(
            $"""
            select {BlockedHashResponse.Columns} from blocked_hashes b
            order by b.created_at desc, b.id desc limit $1 offset $2
            """,
            BlockedHashResponse.Read,
            ct,
            page.PerPage,
            page.Offset
        );
    }
}
