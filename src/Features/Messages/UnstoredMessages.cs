using Chatalot.Shared.Errors;

namespace Chatalot.Features.Messages;

/// <summary>Finds out why a commit left messages out.</summary>
internal sealed class UnstoredMessages(MessageStore store, TimeProvider clock)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Why these were not stored: a repeat of the sender's own id is confirmed with the first message, a scheduled one
    /// that was cancelled or delivered elsewhere and a channel that is gone are refused, and where another process was
    /// ahead of our clock the clock moves and the message stays in the list, to be tried again.
    /// </summary>
    public async Task ExplainAsync(List<NewMessage> missing, MessageClock ids)
    {
        using var limit = new CancellationTokenSource(Limit, clock);
        var heads = await store.EnsureHeadsAsync(missing.Select(m => m.ChannelId).Distinct(), limit.Token);
        foreach (var message in missing.ToArray())
        {
            if (
                message is { ClientId: { } clientId, SenderId: { } sender }
                && await store.FindByClientIdAsync(sender, clientId, limit.Token) is { } first
            )
            {
                message.Repeats = first;
                missing.Remove(message);
                message.Receipt.Committed(message);
            }
            else if (
                message.Webhook is { Key: { } key } webhook
                && await store.IsPostedAsync(webhook.WebhookId, key, limit.Token)
            )
            {
                missing.Remove(message);
                message.Receipt.Committed(message);
            }
            else if (message.ScheduledId is { } scheduled && !await store.IsScheduledAsync(scheduled, limit.Token))
            {
                missing.Remove(message);
                message.Receipt.Refused(message, Failure.NotFound("scheduled message not found"));
            }
            else if (heads.TryGetValue(message.ChannelId, out var newest))
            {
                ids.AdvanceBeyond(newest);
            }
            else
            {
                missing.Remove(message);
                message.Receipt.Refused(message, Failure.NotFound("channel not found"));
            }
        }
    }
}
