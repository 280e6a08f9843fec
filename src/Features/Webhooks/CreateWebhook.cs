using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Webhooks;

/// <summary>
/// POST /api/channels/{channel_id}/webhooks: make a webhook. Admins and owners of the channel. The answer is the only
/// place where its token is ever shown. A repeat with the same Idempotency-Key answers with the first webhook, and so
/// does an equal one after an answer that was lost; with the token, too, while the webhook still has it.
/// </summary>
internal sealed class CreateWebhook(
    WebhookStore webhooks,
    WebhookTokens tokens,
    LostAnswers lostAnswers,
    TimeProvider clock
) : Endpoint<CreateWebhook.Command, WebhookResponse>
{
    private const int MostPerChannel = 100;

    public sealed record Command(Guid ChannelId, string Name, string? AvatarUrl);

    public sealed class Rules : Validator<Command>
    {
        public Rules()
        {
            RuleFor(c => c.Name).WebhookName();
            RuleFor(c => c.AvatarUrl).AvatarAddress();
        }
    }

    public override void Configure()
    {
        Post("/api/channels/{channel_id}/webhooks");
        Summary("Create a webhook", 403);
        DontThrowIfValidationFails();
    }

    public override async Task<WebhookResponse> ExecuteAsync(Command command, CancellationToken ct)
    {
        await webhooks.RequireManagerAsync(command.ChannelId, User.Id(), ct);
        ThrowIfAnyErrors();
        var key = IdempotencyKey.Of(HttpContext.Request);
        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var webhook = new WebhookResponse(
            id,
            command.ChannelId,
            command.Name.Trim(),
            tokens.FirstOf(id),
            command.AvatarUrl,
            Active: true,
            now
        );
        WebhookResponse? first = null;
        await webhooks.WriteAsync(
            "webhook_created",
            webhook,
            User.Id(),
            HttpContext,
            async (connection, stop) =>
            {
                await WaitForTurnAsync(connection, command.ChannelId, stop);
                first = await FindFirstAsync(connection, command, key, id, stop);
                if (first is null)
                    await RequireRoomAsync(connection, command.ChannelId, stop);
                return first is null;
            },
            """
            insert into webhooks (id, channel_id, name, token_hash, created_by, avatar_url, created_at, client_key)
            values (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            ct,
            webhook.Id,
            webhook.ChannelId,
            webhook.Name,
            WebhookToken.Hash(webhook.Token!),
            User.Id(),
            webhook.AvatarUrl,
            now,
            key
        );
        return first ?? webhook;
    }

    /// <summary>
    /// Webhooks of one channel are made one after the other, so that the limit holds and a repeat finds the first.
    /// </summary>
    private static Task<int> WaitForTurnAsync(NpgsqlConnection connection, Guid channelId, CancellationToken ct) =>
        connection.ExecuteAsync("select pg_advisory_xact_lock(hashtextextended($1, 0))", ct, $"webhooks:{channelId}");

    private async Task<WebhookResponse?> FindFirstAsync(
        NpgsqlConnection connection,
        Command command,
        string? key,
        Guid newId,
        CancellationToken ct
    )
    {
        var fingerprint = LostAnswers.Fingerprint(
            User.Id(),
            "webhook",
            command.ChannelId,
            command.Name,
            command.AvatarUrl
        );
        var found = await connection.FirstAsync(
            $"""
            select {WebhookResponse.Columns}, token_hash from webhooks
            where created_by = $1 and (client_key = $2 or id = $3) limit 1
            """,
            row => (Webhook: WebhookResponse.From(row), Hash: row.GetFieldValue<byte[]>(6)),
            ct,
            User.Id(),
            key ?? "",
            key is null ? lostAnswers.Find(fingerprint) : null
        );
        WebhookResponse? first = found.Webhook;
        if (key is null)
            lostAnswers.Watch(HttpContext, fingerprint, first?.Id ?? newId);
        if (first is null)
            return null;
        // The key is the user's own, whichever channel they used it for: there they may manage webhooks no more.
        if (first.ChannelId != command.ChannelId)
            await webhooks.RequireManagerAsync(first.ChannelId, User.Id(), ct);
        var token = tokens.FirstOf(first.Id);
        return WebhookToken.Hash(token).AsSpan().SequenceEqual(found.Hash) ? first with { Token = token } : first;
    }

    private static async Task RequireRoomAsync(NpgsqlConnection connection, Guid channelId, CancellationToken ct)
    {
        var existing = await connection.FirstAsync(
            "select count(*)::int from webhooks where channel_id = $1",
            row => row.GetInt32(0),
            ct,
            channelId
        );
        if (existing >= MostPerChannel)
            throw Failure.Validation($"cannot have more than {MostPerChannel} webhooks in a channel").AsException();
    }
}
