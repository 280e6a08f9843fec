using System.Diagnostics;
using System.Threading.Channels;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Chatalot.Shared.Threads;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Chatalot.Features.Messages;

/// <summary>
/// Appends messages durably. One task commits: whatever arrived while the last commit was under way goes into the next
/// one, as one statement (group commit), so throughput is not bounded by one disk flush a message and a lone message
/// waits for nobody. A message is acknowledged after its commit and not otherwise.
/// </summary>
public sealed partial class MessageLog(
    MessageWriter writer,
    MessageStore store,
    MessageFanOut fanOut,
    DatabaseAvailability database,
    LiveTraffic traffic,
    TimeProvider clock,
    ILogger<MessageLog> logger
) : BackgroundService
{
    private const int MostWaiting = 2048;
    private const int LargestBatch = 512;
    private const int LargestBatchBytes = 4 * 1024 * 1024;
    private const int MostAttempts = 5;
    private static readonly TimeSpan CommitTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SuspiciousAfter = TimeSpan.FromSeconds(1);

    private static readonly Failure ShuttingDown = new(503, "unavailable", "the server is restarting, please try again")
    {
        RetryAfterSeconds = 2,
    };

    private readonly Channel<NewMessage> waiting = Channel.CreateBounded<NewMessage>(
        new BoundedChannelOptions(MostWaiting) { SingleReader = true }
    );

    private readonly MessageClock ids = new(clock);
    private readonly UnstoredMessages unstored = new(store, clock);
    private readonly MessagesInDoubt inDoubt = new(store, fanOut, clock);

    /// <summary>
    /// Hands the message over; its receipt hears the outcome. Messages of one caller keep their order. Waits while too
    /// many wait already, which slows the callers down instead of filling memory.
    /// </summary>
    public async ValueTask AppendAsync(NewMessage message, CancellationToken ct)
    {
        try
        {
            await waiting.Writer.WriteAsync(message, ct);
        }
        catch (ChannelClosedException)
        {
            message.Receipt.Refused(message, ShuttingDown);
        }
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        waiting.Writer.TryComplete();
        if (ExecuteTask is { } committing)
            await committing.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.StopAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        MessageMetrics.Announce();
        var batch = new List<NewMessage>(LargestBatch);
        while (await WaitForWorkAsync())
        {
            if (database.IsAvailable)
                await inDoubt.SettleAsync();
            Fill(batch);
            if (batch.Count > 0)
                await CommitOrRefuseAsync(batch);
            batch.Clear();
        }
        fanOut.Complete();
    }

    /// <summary>
    /// True when there is something to do: a message, or time to look at those in doubt. False at the end.
    /// </summary>
    private async ValueTask<bool> WaitForWorkAsync()
    {
        if (inDoubt.IsEmpty)
            return await waiting.Reader.WaitToReadAsync();
        using var soon = new CancellationTokenSource(MessagesInDoubt.CheckInterval, clock);
        try
        {
            return await waiting.Reader.WaitToReadAsync(soon.Token);
        }
        catch (OperationCanceledException)
        {
            return true;
        }
    }

    private void Fill(List<NewMessage> batch)
    {
        var bytes = 0;
        while (batch.Count < LargestBatch && bytes < LargestBatchBytes && waiting.Reader.TryRead(out var message))
        {
            batch.Add(message);
            bytes += message.Ciphertext.Length;
        }
    }

    private async Task CommitOrRefuseAsync(List<NewMessage> batch)
    {
        if (!database.IsAvailable)
        {
            Refuse(batch, Failure.DatabaseUnavailable);
            return;
        }
        try
        {
            await CommitAsync(batch);
        }
        catch (PostgresException refusal) when (!DatabaseFailure.IsConnectionFailure(refusal))
        {
            if (batch.Count == 1)
            {
                LogRefused(logger, batch[0].ChannelId, refusal.SqlState, refusal.MessageText);
                Refuse(batch, Failure.Internal);
                return;
            }
            // One bad row must not take the others with it.
            foreach (var message in batch)
                await CommitOrRefuseAsync([message]);
        }
        catch (Exception broken) when (broken is NpgsqlException or OperationCanceledException or TimeoutException)
        {
            // Whether the commit happened is unknown: it is not acknowledged, and looked up when the database is back.
            database.ReportFailure(broken);
            inDoubt.Add(batch);
            Refuse(batch, Failure.DatabaseUnavailable);
        }
        catch (Exception fault)
        {
            // Whatever it is, it must not end the task that everybody's messages go through.
            LogFault(logger, fault, batch.Count);
            inDoubt.Add(batch);
            Refuse(batch, Failure.Internal);
        }
    }

    /// <summary>
    /// Commits the batch. What has its answer leaves the list, so a fault concerns what is left in it only.
    /// </summary>
    private async Task CommitAsync(List<NewMessage> batch)
    {
        traffic.Note();
        for (var attempt = 0; batch.Count > 0; attempt++)
        {
            if (attempt == MostAttempts)
            {
                LogGivenUp(logger, batch.Count, MostAttempts);
                Refuse(batch, Failure.Internal);
                return;
            }
            foreach (var message in batch)
                (message.Id, message.CreatedAt) = ids.Next();
            var startedAt = Stopwatch.GetTimestamp();
            var stored = await AppendAsync(batch);
            MessageMetrics.Committed(stored.Count, Stopwatch.GetElapsedTime(startedAt));
            if (stored.Count == batch.Count)
            {
                NewMessage[] all = [.. batch];
                batch.Clear();
                await fanOut.PublishAsync(all, isUrgent: waiting.Reader.Count == 0);
                return;
            }
            NewMessage[] committed = [.. batch.Where(m => stored.Contains(m.Id))];
            batch.RemoveAll(m => stored.Contains(m.Id));
            await fanOut.PublishAsync(committed, isUrgent: false);
            await unstored.ExplainAsync(batch, ids);
        }
    }

    /// <summary>
    /// A commit that takes long makes us ask whether the database is there at all, and ends when it is not.
    /// </summary>
    private async Task<HashSet<Guid>> AppendAsync(List<NewMessage> messages)
    {
        using var limit = new CancellationTokenSource(CommitTimeout, clock);
        using var lost = database.OnLost(_ => limit.CancelAsync());
        await using var suspicion = clock.CreateTimer(
            _ => database.CheckAsync(TimeSpan.Zero, CancellationToken.None),
            null,
            SuspiciousAfter,
            Timeout.InfiniteTimeSpan
        );
        return await writer.AppendAsync(messages, limit.Token);
    }

    private static void Refuse(IEnumerable<NewMessage> messages, Failure failure)
    {
        foreach (var message in messages)
            message.Receipt.Refused(message, failure);
    }

    [LoggerMessage(
        EventName = "MessageNotStored",
        Level = LogLevel.Error,
        Message = "Message not stored in channel {ChannelId}: {SqlState} {Reason}"
    )]
    private static partial void LogRefused(ILogger logger, Guid channelId, string sqlState, string reason);

    [LoggerMessage(
        EventName = "MessagesGivenUp",
        Level = LogLevel.Error,
        Message = "{Count} messages were not stored in {Attempts} attempts: other processes were always ahead of the clock"
    )]
    private static partial void LogGivenUp(ILogger logger, int count, int attempts);

    [LoggerMessage(
        EventName = "MessagesNotCommitted",
        Level = LogLevel.Error,
        Message = "Internal error: {Count} messages were not committed"
    )]
    private static partial void LogFault(ILogger logger, Exception fault, int count);
}
