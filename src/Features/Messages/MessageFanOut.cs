using System.Threading.Channels;
using Chatalot.Features.Frames;
using Chatalot.Shared.Realtime;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Chatalot.Features.Messages;

/// <summary>
/// Tells what was committed, in commit order: first the confirmation to the socket that sent a message, then the
/// message to everybody in the channel, the sender's other devices included, those who have blocked the sender left
/// out. Runs beside the next commit. A channel's share of a batch becomes one frame for all of its listeners, so a
/// delivery costs one queue slot and no copy.
/// </summary>
public sealed partial class MessageFanOut(
    Rooms rooms,
    DirectFanOut directs,
    MutedSenders muted,
    IEnumerable<IMessageObserver> observers,
    ILogger<MessageFanOut> logger
) : BackgroundService
{
    private const int MostBatchesWaiting = 8;

    private readonly Channel<Batch> batches = Channel.CreateBounded<Batch>(
        new BoundedChannelOptions(MostBatchesWaiting) { SingleReader = true, SingleWriter = true }
    );

    /// <summary>Batches that were handed over and not told to the end.</summary>
    private int untold;

    /// <summary>Hands over what one commit stored; waits when telling is slower than committing.</summary>
    /// <param name="committed">In commit order.</param>
    /// <param name="isUrgent">
    /// Nothing waits for the next commit, so this is told here and now unless something else is being told: a lone
    /// message is not passed from thread to thread.
    /// </param>
    public ValueTask PublishAsync(NewMessage[] committed, bool isUrgent)
    {
        if (!isUrgent || Volatile.Read(ref untold) > 0)
            return HandOverAsync(new Batch(committed, IsLate: false));
        Tell(new Batch(committed, IsLate: false));
        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// Hands over messages that turned out to be stored after they were refused: everybody is told, nobody confirmed.
    /// </summary>
    public ValueTask PublishLateAsync(NewMessage[] committed) => HandOverAsync(new Batch(committed, IsLate: true));

    /// <summary>Nothing more will be committed.</summary>
    public void Complete() => batches.Writer.TryComplete();

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        if (ExecuteTask is { } telling)
            await telling.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.StopAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var batch in batches.Reader.ReadAllAsync(CancellationToken.None))
        {
            Tell(batch);
            Interlocked.Decrement(ref untold);
        }
    }

    private ValueTask HandOverAsync(Batch batch)
    {
        if (batch.Messages.Length == 0)
            return ValueTask.CompletedTask;
        Interlocked.Increment(ref untold);
        return batches.Writer.WriteAsync(batch);
    }

    private void Tell(Batch batch)
    {
        var shares = new Dictionary<Guid, ChannelShare>();
        foreach (var message in batch.Messages)
        {
            Notify(message);
            if (!batch.IsLate)
                message.Receipt.Committed(message);
            if (message.Direct is { } direct)
            {
                var frame = Wire.Of(ChannelShare.Frame(message));
                directs.Tell(message, direct, frame, batch.IsLate ? null : message.Origin);
                continue;
            }
            if (!shares.TryGetValue(message.ChannelId, out var share))
            {
                if (!rooms.IsOccupied(message.ChannelId))
                    continue;
                shares[message.ChannelId] = share = new ChannelShare();
            }
            share.Add(message, batch.IsLate ? null : message.Origin);
        }
        foreach (var (channelId, share) in shares)
            rooms.Publish(channelId, share.ForEverybody(), share.Instead(muted));
    }

    private void Notify(NewMessage message)
    {
        foreach (var observer in observers)
        {
            try
            {
                observer.Stored(message);
            }
            catch (Exception fault)
            {
                // Nobody's message waits for what others make of it.
                LogFault(logger, fault, observer.GetType().Name);
            }
        }
    }

    [LoggerMessage(
        EventName = "MessageObserverFailed",
        Level = LogLevel.Error,
        Message = "Internal error: {Observer} could not take note of a message"
    )]
    private static partial void LogFault(ILogger logger, Exception fault, string observer);

    private sealed record Batch(NewMessage[] Messages, bool IsLate);

    /// <summary>What one batch brings to one channel, as bytes for its listeners.</summary>
    private sealed class ChannelShare
    {
        private readonly OutgoingFrame.Builder all = new();
        private readonly List<(Guid? SenderId, Connection? Origin, Range Part)> parts = [];

        public void Add(NewMessage message, Connection? origin) =>
            parts.Add((message.SenderId, origin, all.Add(Wire.Utf8(Frame(message)))));

        public OutgoingFrame ForEverybody() => all.Build();

        /// <summary>
        /// What some get in place of all: a socket that sent some of it gets the rest, for its own messages were
        /// confirmed to it, and somebody who has blocked a sender gets nothing of them.
        /// </summary>
        public Dictionary<Connection, OutgoingFrame?> Instead(MutedSenders muted)
        {
            var result = new Dictionary<Connection, OutgoingFrame?>();
            foreach (var (senderId, origin, _) in parts)
            {
                if (origin is not null)
                    AddFor(origin);
                foreach (var device in muted.DevicesOfBlockers(senderId))
                    AddFor(device);
            }
            return result;

            void AddFor(Connection device)
            {
                if (!result.ContainsKey(device))
                    result[device] = all.Build(parts.Where(part => Hears(device, part)).Select(part => part.Part));
            }

            bool Hears(Connection device, (Guid? SenderId, Connection? Origin, Range Part) part) =>
                part.Origin != device && !muted.IsMutedFor(device.UserId, part.SenderId);
        }

        public static NewMessageFrame Frame(NewMessage message) =>
            new(
                message.Id,
                message.ChannelId,
                message.SenderId,
                message.Ciphertext,
                message.Nonce,
                message.MessageType,
                message.ReplyToId,
                message.SenderKeyId,
                message.CreatedAt,
                message.ThreadId,
                message.Webhook?.Name,
                message.Webhook?.Avatar
            );
    }
}
