using Chatalot.Features.Channels;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Webhooks;

/// <summary>A webhook that somebody holds the token of, with what its channel allows.</summary>
/// <param name="Id">The webhook.</param>
/// <param name="Name">Its name.</param>
/// <param name="Avatar">Its picture.</param>
/// <param name="Channel">Where it posts.</param>
internal sealed record ActiveWebhook(Guid Id, string Name, string? Avatar, Channel Channel);

/// <summary>
/// Finds the webhook of a token and takes its turn: one post a second. The turn is one conditional write, so two posts
/// at once cannot both have it, whichever process they reach.
/// </summary>
internal sealed class WebhookTurn(NpgsqlDataSource database, TimeProvider clock)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>
    /// A last post that lies further ahead than this was noted before the clock was corrected: it binds nobody.
    /// </summary>
    private static readonly TimeSpan ClockSetBack = TimeSpan.FromSeconds(10);

    /// <summary>The active webhook of this token, or null.</summary>
    public async Task<ActiveWebhook?> FindAsync(string token, CancellationToken ct) =>
        WebhookToken.IsWellFormed(token)
            ? await database.FirstAsync(
                """
                select webhook.id, webhook.name, webhook.avatar_url, channel.data
                from webhooks webhook join mt_doc_channel channel on channel.id = webhook.channel_id
                where webhook.token_hash = $1 and webhook.active
                """,
                row => new ActiveWebhook(
                    row.GetGuid(0),
                    row.GetString(1),
                    row.GetText(2),
                    row.GetDocument(3, ChannelDocuments.Json)
                ),
                ct,
                WebhookToken.Hash(token)
            )
            : null;

    /// <summary>Takes the turn, or says that the last post is too recent.</summary>
    public async Task<Failure?> TakeAsync(Guid webhookId, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var taken = await database.ExecuteAsync(
            """
            update webhooks set last_post_at = $2
            where id = $1 and (last_post_at is null or last_post_at <= $3 or last_post_at > $4)
            """,
            ct,
            webhookId,
            now,
            now - Pause,
            now + ClockSetBack
        );
        return taken > 0 ? null : Failure.RateLimited("webhook rate limited (max 1 msg/sec)", retryAfterSeconds: 1);
    }
}
