using System.Security.Cryptography;
using System.Text;
using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Features.Messages;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using FluentValidation;

namespace Chatalot.Features.Webhooks;

/// <summary>
/// POST /api/webhooks/execute/{token}: post a text through a webhook. Whoever holds the token. Readers get the text as
/// the message's content, which every client shows; sender is nobody, the webhook's name and picture come beside it.
/// Posts with the same <c>Idempotency-Key</c> make one message.
/// </summary>
internal sealed class ExecuteWebhook(WebhookTurn turn, MessageStore messages, MessageLog log)
    : Endpoint<ExecuteWebhook.Command>
{
    private const int NonceBytes = 12;

    public sealed record Command(string Token, string Content, string? Username, string? AvatarUrl);

    public sealed class Rules : Validator<Command>
    {
        private const int LongestContent = 4000;

        public Rules()
        {
            RuleFor(c => c.Content)
                .Must(content => content.Length > 0 && DisplayText.Length(content) <= LongestContent)
                .WithMessage($"content must be 1-{LongestContent} characters");
            RuleFor(c => c.Username)
                .Must(name => TextRules.IsText(name, WebhookRules.LongestName))
                .WithMessage($"username must be at most {WebhookRules.LongestName} characters");
            RuleFor(c => c.AvatarUrl).AvatarAddress();
        }
    }

    public override void Configure()
    {
        Post("/api/webhooks/execute/{token}");
        AllowAnonymous();
        Summary("Post a message through a webhook", 403, 404, 429);
        DontThrowIfValidationFails();
    }

    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        var webhook =
            await turn.FindAsync(command.Token, ct)
            ?? throw Failure.NotFound("webhook not found or inactive").AsException();
        ThrowIfAnyErrors();
        if (CheckChannel(webhook.Channel) is { } closed)
            throw closed.AsException();
        var key = IdempotencyKey.Of(HttpContext.Request);
        if (key is not null && await messages.IsPostedAsync(webhook.Id, key, ct))
            return null;
        if (await turn.TakeAsync(webhook.Id, ct) is { } tooSoon)
            throw tooSoon.AsException();

        var receipt = new AwaitedReceipt();
        await log.AppendAsync(
            new NewMessage
            {
                ChannelId = webhook.Channel.Id,
                SenderId = null,
                Ciphertext = Encoding.UTF8.GetBytes(command.Content),
                Nonce = RandomNumberGenerator.GetBytes(NonceBytes),
                MessageType = "webhook",
                Webhook = new WebhookIdentity(
                    command.Username.Trimmed() ?? webhook.Name,
                    (command.AvatarUrl ?? webhook.Avatar) is { Length: > 0 } avatar ? avatar : null,
                    webhook.Id,
                    key
                ),
                TtlSeconds = webhook.Channel.MessageTtlSeconds,
                Receipt = receipt,
            },
            ct
        );
        await receipt.CommittedAsync();
        return null;
    }

    /// <summary>A webhook is nobody's member and has no rights above a member's.</summary>
    private static Failure? CheckChannel(Channel channel) =>
        WriteRules.CheckChannel(new ChannelStanding(ChannelState.Of(channel), Level.Member), WriteKind.Post)
        ?? PostingRules.CheckType(channel.Type, "text", threadRoot: null);
}
