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
        var stored = await webhooks.ChangeAsync(
            "webhook_token_rotated",
            User.Id(),
            HttpContext,
            "update webhooks set token_hash = $1 where id = $2",
            ct,
            WebhookToken.Hash(token),
            webhook.Id
        );
        return stored with { Token = token };
    }
}
