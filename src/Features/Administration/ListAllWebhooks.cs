using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Administration;

/// <summary>GET /api/admin/webhooks: the webhooks of all channels, newest first, without their tokens.</summary>
internal sealed class ListAllWebhooks(NpgsqlDataSource database)
    : Endpoint<ListAllWebhooks.Query, ListAllWebhooks.Response>
{
    /// <param name="Page">From 1.</param>
    /// <param name="PerPage">1 to 100, default 50.</param>
    public sealed record Query(int? Page, int? PerPage);

    /// <param name="Webhooks">The page.</param>
    /// <param name="Total">All there are.</param>
    public sealed record Response(IReadOnlyList<Webhook> Webhooks, long Total);

    /// <param name="Id">Which.</param>
    /// <param name="ChannelId">Where it posts.</param>
    /// <param name="Name">Under which name.</param>
    /// <param name="Active">Whether it posts at present.</param>
    /// <param name="CreatedBy">Who made it; all zeros when that account is gone, for clients expect an id.</param>
    /// <param name="CreatedAt">When.</param>
    public sealed record Webhook(
        Guid Id,
        Guid ChannelId,
        string Name,
        bool Active,
        Guid CreatedBy,
        DateTimeOffset CreatedAt
    );

    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/admin/webhooks");
        Policies(InstancePolicy.Operator);
        Summary("List webhooks of all channels", 403);
    }

    /// <inheritdoc/>
    public override async Task<Response> ExecuteAsync(Query query, CancellationToken ct)
    {
        var page = NumberedPage.Of(query.Page, query.PerPage);
        await using var connection = await database.OpenConnectionAsync(ct);
        var total = await connection.FirstAsync("select count(*) from webhooks", row => row.GetInt64(0), ct);
        var webhooks = await connection.ListAsync(
            """
            select id, channel_id, name, active, created_by, created_at from webhooks
            order by created_at desc, id desc limit $1 offset $2
            """,
            row => new Webhook(
                row.GetGuid(0),
                row.GetGuid(1),
                row.GetString(2),
                row.GetBoolean(3),
                row.GetId(4) ?? Guid.Empty,
                row.GetFieldValue<DateTimeOffset>(5)
            ),
            ct,
            page.PerPage,
            page.Offset
        );
        return new(webhooks, total);
    }
}
