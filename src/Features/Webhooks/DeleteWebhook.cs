using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;

namespace Chatalot.Features.Webhooks;

/// <summary>
/// DELETE /api/webhooks/{webhook_id}: end a webhook; what it posted stays. Admins and owners of its channel.
/// </summary>
internal sealed class DeleteWebhook(WebhookStore webhooks) : Endpoint<DeleteWebhook.Command>
{
    public sealed record Command(Guid WebhookId);

    public override void Configure()
    {
        Delete("/api/webhooks/{webhook_id}");
        Summary("Delete a webhook", 403, 404);
    }

    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        var webhook = await webhooks.RequireAsync(command.WebhookId, User.Id(), ct);
        await webhooks.ChangeAsync(
            "webhook_deleted",
            User.Id(),
            HttpContext,
            "delete from webhooks where id = $1",
            ct,
            webhook.Id
        );
        return null;
    }
}
