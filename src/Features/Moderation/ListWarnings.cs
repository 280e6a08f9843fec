using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Moderation;

/// <summary>
/// GET /api/communities/{cid}/channels/{chid}/warnings/{uid}: a member's warnings in a channel, the newest 500.
/// Community moderators and above.
/// </summary>
internal sealed class ListWarnings(Discipline discipline, NpgsqlDataSource database)
    : Endpoint<ListWarnings.Query, IReadOnlyList<WarningResponse>>
{
    public sealed record Query(Guid Cid, Guid Chid, Guid Uid);

    public override void Configure()
    {
        Get("/api/communities/{cid}/channels/{chid}/warnings/{uid}");
        Summary("List a member's warnings", 403, 404);
    }

    public override async Task<IReadOnlyList<WarningResponse>> ExecuteAsync(Query query, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await discipline.RequireAsync(connection, query.Cid, query.Chid, User.Id(), ct);
        return await connection.ListAsync(
            $"""
            select {WarningResponse.Columns}
            from channel_warnings
            where channel_id = $1 and user_id = $2
            order by created_at desc, id desc
            limit 500
            """,
            WarningResponse.Read,
            ct,
            query.Chid,
            query.Uid
        );
    }
}
