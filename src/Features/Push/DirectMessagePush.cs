using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using Chatalot.Features.Accounts;
using Chatalot.Features.Messages;
using Chatalot.Features.Presence;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Chatalot.Features.Push;

/// <summary>What a browser is woken with: never anything of the message itself.</summary>
internal sealed record PushPayload(string NotificationType, string SenderName, Guid ChannelId, string ChannelName);

/// <summary>
/// Wakes the browsers of people who are away when a direct message for them is stored, whichever way it came (contract,
/// admin.md 15). Works beside the messages: whom to wake waits in a bounded queue, once a channel, and is given up
/// rather than let anything wait for a push service.
/// </summary>
internal sealed partial class DirectMessagePush : BackgroundService, IMessageObserver
{
    private const int MostWaiting = 1_000;
    private const int MostAtOnce = 16;
    private static readonly TimeSpan LongestFarewell = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<(Guid Channel, Guid Peer), bool> pending = new();
    private readonly CancellationTokenSource farewell = new();
    private readonly Channel<Notice> waiting;
    private readonly PushAudience audience;
    private readonly PushService service;
    private readonly Attention attention;
    private readonly AccountDirectory accounts;
    private readonly ILogger<DirectMessagePush> logger;

    public DirectMessagePush(
        PushAudience audience,
        PushService service,
        Attention attention,
        AccountDirectory accounts,
        ILogger<DirectMessagePush> logger
    )
    {
        this.audience = audience;
        this.service = service;
        this.attention = attention;
        this.accounts = accounts;
        this.logger = logger;
        waiting = Channel.CreateBounded<Notice>(
            new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest },
            GiveUp
        );
    }

    /// <inheritdoc/>
    public void Stored(NewMessage message)
    {
        if (message is not { Direct.PeerId: var peerId, SenderId: { } senderId } || !attention.IsAway(peerId))
            return;
        // One that waits says already all that there is to say: who writes, and where.
        if (pending.TryAdd((message.ChannelId, peerId), true))
            waiting.Writer.TryWrite(new Notice(message.ChannelId, senderId, peerId));
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        waiting.Writer.TryComplete();
        farewell.CancelAfter(LongestFarewell);
        if (ExecuteTask is { } sending)
            await sending.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.StopAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        farewell.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        PushMetrics.Announce();
        LogEnabled();
        await Parallel.ForEachAsync(
            waiting.Reader.ReadAllAsync(farewell.Token),
            new ParallelOptions { MaxDegreeOfParallelism = MostAtOnce, CancellationToken = farewell.Token },
            WakeAsync
        );
    }

    private void GiveUp(Notice notice)
    {
        pending.TryRemove((notice.ChannelId, notice.PeerId), out _);
        PushMetrics.Lost();
    }

    private async ValueTask WakeAsync(Notice notice, CancellationToken ct)
    {
        pending.TryRemove((notice.ChannelId, notice.PeerId), out _);
        try
        {
            var targets = await audience.OfAsync(notice.PeerId, ct);
            if (targets.Count == 0 || await accounts.FindAsync(notice.PeerId, ct) is null or { IsSuspended: true })
                return;
            var sender = await accounts.FindAsync(notice.SenderId, ct);
            var payload = JsonSerializer.Serialize(
                new PushPayload("dm", sender?.DisplayName ?? "Someone", notice.ChannelId, "Direct Message"),
                PushPayloadJson.Default.PushPayload
            );
            var topic = Base64Url.EncodeToString(notice.ChannelId.ToByteArray(bigEndian: true));
            await Task.WhenAll(targets.Select(target => SendAsync(target, payload, topic, ct)));
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The server stops.
        }
        catch (Exception problem)
        {
            // One notification is lost, whatever was wrong with it; the others must go on.
            LogNotWoken(problem, notice.PeerId);
        }
    }

    private async Task SendAsync(PushTarget target, string payload, string topic, CancellationToken ct)
    {
        var (outcome, reason) = await service.SendAsync(target, payload, topic, ct);
        PushMetrics.Ended(outcome);
        switch (outcome)
        {
            case PushOutcome.Delivered:
                await audience.ReachedAsync(target, ct);
                break;
            case PushOutcome.Gone:
                LogGone(target.Id);
                await audience.GoneAsync(target, ct);
                break;
            case PushOutcome.Failed:
                LogFailed(target.Id, reason);
                await audience.FailedAsync(target, ct);
                break;
            case PushOutcome.Paused:
                break;
        }
    }

    private readonly record struct Notice(Guid ChannelId, Guid SenderId, Guid PeerId);

    [LoggerMessage(
        EventName = "PushSubscriptionGone",
        Level = LogLevel.Information,
        Message = "Removing expired push subscription {SubscriptionId}"
    )]
    private partial void LogGone(Guid subscriptionId);

    [LoggerMessage(
        EventName = "PushFailed",
        Level = LogLevel.Warning,
        Message = "Push delivery failed for {SubscriptionId}: {Reason}"
    )]
    private partial void LogFailed(Guid subscriptionId, string reason);

    [LoggerMessage(EventName = "PushNotSent", Level = LogLevel.Warning, Message = "Nobody was woken for {UserId}")]
    private partial void LogNotWoken(Exception problem, Guid userId);

    [LoggerMessage(EventName = "PushEnabled", Level = LogLevel.Information, Message = "Web Push notifications enabled")]
    private partial void LogEnabled();
}
