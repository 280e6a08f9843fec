using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Webhooks;

/// <summary>
/// GET /api/channels/{channel_id}/webhooks: the channel's webhooks, the oldest first, without tokens.
/// </summary>
internal sealed class ListWebhooks(WebhookStore webhooks, NpgsqlDataSource database)
    : Endpoint<ListWebhooks.Query, IReadOnlyList<WebhookResponse>>
{
    public sealed record Query(Guid ChannelId);

    public override void Configure()
    {
        Get("/api/channels/{channel_id}/webhooks");
        Summary("List webhooks of a channel", 403);
    }

    public override async Task<IReadOnlyList<WebhookResponse>> ExecuteAsync(Query query, CancellationToken ct)
    {
        await webhooks.RequireManagerAsync(query.ChannelId, User.Id(), ct);
        return await database.ListAsync(
            $"select {WebhookResponse.Columns} from webhooks where channel_id = $1 order by id",
            WebhookResponse.From,
            ct,
            query.ChannelId
        );
    }
}
