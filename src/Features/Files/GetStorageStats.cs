using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Files;

/// <summary>GET /api/admin/storage-stats: how much is stored, and by whom. Operators only.</summary>
internal sealed class GetStorageStats(NpgsqlDataSource database)
    : Endpoint<GetStorageStats.Query, GetStorageStats.Response>
{
    private const int DefaultUsers = 1000;

    /// <summary>How many users.</summary>
    /// <param name="Limit">1 to 10000, default 1000.</param>
    /// <param name="Offset">Users to leave out.</param>
    public sealed record Query(int? Limit, int? Offset);

    /// <summary>Totals and the largest users.</summary>
    /// <param name="TotalFiles">Files.</param>
    /// <param name="TotalBytes">Their bytes, without thumbnails.</param>
    /// <param name="PerUser">Biggest first; the zero id stands for accounts that are gone.</param>
    /// <param name="StoredBytes">Bytes on disk: equal contents are kept once.</param>
    public sealed record Response(long TotalFiles, long TotalBytes, IReadOnlyList<Share> PerUser, long StoredBytes);

    /// <summary>What one user has stored.</summary>
    /// <param name="UserId">Who.</param>
    /// <param name="FileCount">Files.</param>
    /// <param name="TotalBytes">Their bytes.</param>
    public sealed record Share(Guid UserId, long FileCount, long TotalBytes);

    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/admin/storage-stats");
        Policies(InstancePolicy.Operator);
        Summary("Storage totals and use per user", 403);
    }

    /// <inheritdoc/>
    public override async Task<Response> ExecuteAsync(Query query, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        var totals = await connection.FirstAsync(
            """
            select count(*), coalesce(sum(size_bytes), 0)::bigint,
                   (select coalesce(sum(size_bytes), 0)::bigint
                    from (select distinct on (storage_path) size_bytes from files order by storage_path) content)
            from files
            """,
            row => (Files: row.GetInt64(0), Bytes: row.GetInt64(1), Stored: row.GetInt64(2)),
            ct
        );
        var users = await connection.ListAsync(
            """
            select coalesce(uploader_id, '00000000-0000-0000-0000-000000000000'), count(*), sum(size_bytes)::bigint
            from files group by uploader_id order by 3 desc, 1 limit $1 offset $2
            """,
            row => new Share(row.GetGuid(0), row.GetInt64(1), row.GetInt64(2)),
            ct,
            Math.Clamp(query.Limit ?? DefaultUsers, 1, 10_000),
            Math.Max(query.Offset ?? 0, 0)
        );
        return new Response(totals.Files, totals.Bytes, users, totals.Stored);
    }
}
