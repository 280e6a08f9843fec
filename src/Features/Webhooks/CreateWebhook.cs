using Chatalot.Features.Accounts;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Npgsql;

namespace Chatalot.Features.Webhooks;

/// <summary>
/// POST /api/channels/{channel_id}/webhooks: make a webhook. Admins and owners of the channel. The answer is the only place
/// where its token is ever shown.
/// </summary>
internal sealed class CreateWebhook(WebhookStore webhooks, TimeProvider clock)
    : Endpoint<CreateWebhook.Command, WebhookResponse>
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
        var now = clock.GetUtcNow();
        var webhook = new WebhookResponse(
            Guid.CreateVersion7(now),
            command.ChannelId,
            command.Name.Trim(),
            WebhookToken.Create(),
            command.AvatarUrl,
            Active: true,
            now
        );
        await webhooks.WriteAsync(
            "webhook_created",
            webhook,
            User.Id(),
            HttpContext,
            (connection, stop) => RequireRoomAsync(connection, command.ChannelId, stop),
            """
            insert into webhooks (id, channel_id, name, token_hash, created_by, avatar_url, created_at)
            values (?, ?, ?, ?, ?, ?, ?)
            """,
            ct,
            webhook.Id,
            webhook.ChannelId,
            webhook.Name,
            WebhookToken.Hash(webhook.Token!),
            User.Id(),
            webhook.AvatarUrl,
            now
        );
        return webhook;
    }

    /// <summary>Webhooks of one channel are made one after the other, so that the limit holds however many come at once.</summary>
    private static async Task RequireRoomAsync(NpgsqlConnection connection, Guid channelId, CancellationToken ct)
    {
        await connection.ExecuteAsync(
            "select pg_advisory_xact_lock(hashtextextended($1, 0))",
            ct,
            $"webhooks:{channelId}"
        );
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
