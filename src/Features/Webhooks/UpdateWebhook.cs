using Chatalot.Features.Accounts;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Json;
using FluentValidation;

namespace Chatalot.Features.Webhooks;

/// <summary>
/// PATCH /api/webhooks/{webhook_id}: change name, picture or whether it may post. Admins and owners of its channel. A
/// picture that is sent as null is taken away.
/// </summary>
internal sealed class UpdateWebhook(WebhookStore webhooks) : Endpoint<UpdateWebhook.Command, WebhookResponse>
{
    public sealed record Command(Guid WebhookId, string? Name, Optional<string> AvatarUrl, bool? Active);

    public sealed class Rules : Validator<Command>
    {
        public Rules()
        {
            RuleFor(c => c.Name).WebhookName().When(c => c.Name is not null);
            RuleFor(c => c.AvatarUrl.Value).AvatarAddress();
        }
    }

    public override void Configure()
    {
        Patch("/api/webhooks/{webhook_id}");
        Summary("Change a webhook", 403, 404);
        DontThrowIfValidationFails();
    }

    public override async Task<WebhookResponse> ExecuteAsync(Command command, CancellationToken ct)
    {
        var webhook = await webhooks.RequireAsync(command.WebhookId, User.Id(), ct);
        ThrowIfAnyErrors();
        return await webhooks.ChangeAsync(
            "webhook_updated",
            User.Id(),
            HttpContext,
            """
            update webhooks set name = coalesce($1, name), active = coalesce($2, active),
                avatar_url = case when $3 then $4 else avatar_url end
            where id = $5
            """,
            ct,
            command.Name.Trimmed(),
            command.Active,
            command.AvatarUrl.IsPresent,
            command.AvatarUrl.Value,
            webhook.Id
        );
    }
}
