using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;

namespace Chatalot.Features.Webhooks;

/// <summary>
/// POST /api/webhooks/{webhook_id}/token: give the webhook a new address; the old one ends at once. Admins and owners
/// of its channel.
/// </summary>
internal sealed class RotateWebhookToken(WebhookStore webhooks) : Endpoint<RotateWebhookToken.Command, WebhookResponse>
{
    public sealed record Command(Guid WebhookId);

    public override void Configure()
    {
        Post("/api/webhooks/{webhook_id}/token");
        Summary("Replace the token of a webhook", 403, 404);
    }

    public override async Task<WebhookResponse> ExecuteAsync(Command command, CancellationToken ct)
    {
        var webhook = await webhooks.RequireAsync(command.WebhookId, User.Id(), ct);
        var token = WebhookToken.Create();
        await webhooks.WriteAsync(
            "webhook_token_rotated",
            webhook,
            User.Id(),
            HttpContext,
            "update webhooks set token_hash = ? where id = ?",
            ct,
            WebhookToken.Hash(token),
            webhook.Id
        );
        return webhook with { Token = token };
    }
}
