using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Features.Frames;
using Chatalot.Features.Messages;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Chatalot.Shared.Realtime;
using Chatalot.Shared.Scheduling;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Chatalot.Features.ScheduledMessages;

/// <summary>
/// Every 30 seconds: posts what is due, by the rules and the way of a message that is sent now. The commit that stores
/// a message removes its row, so nothing is posted twice. A definite no is the end, and the author is told; a fault of
/// the moment is tried again for five minutes.
/// </summary>
[FailsAs("Failed to query due scheduled messages")]
public sealed partial class DeliverScheduledMessages(
    NpgsqlDataSource database,
    ChannelAccess access,
    AccountDirectory accounts,
    WriteRules rules,
    SlowMode slowMode,
    DirectChannels directs,
    MessageLog log,
    Connections connections,
    JobReport report,
    TimeProvider clock,
    ILogger<DeliverScheduledMessages> logger
) : IInvocable, ICancellableInvocable
{
    private static readonly TimeSpan RetriedFor = TimeSpan.FromMinutes(5);

    /// <inheritdoc/>
    public CancellationToken CancellationToken { get; set; }

    /// <inheritdoc/>
    public async Task Invoke()
    {
        var now = clock.GetUtcNow();
        var due = await database.ListAsync(DueMessage.Sql, DueMessage.From, CancellationToken, now);
        var outcomes = new List<Task>();
        foreach (var message in due)
            outcomes.Add(await BeginAsync(message));
        await Task.WhenAll(outcomes);
        report.Items += due.Count;
    }

    /// <summary>
    /// Hands the message to the log; the result is the rest of its delivery, so that many share a commit.
    /// </summary>
    private async Task<Task> BeginAsync(DueMessage message)
    {
        try
        {
            var standing = await access.FindAsync(message.ChannelId, message.AuthorId, CancellationToken);
            var (reason, mustWait) = await CheckAsync(message, standing);
            if (mustWait)
                return Task.CompletedTask;
            if (reason is not null)
                return DropAsync(message, reason);
            var receipt = new AwaitedReceipt();
            await log.AppendAsync(
                new NewMessage
                {
                    ChannelId = message.ChannelId,
                    SenderId = message.AuthorId,
                    Ciphertext = message.Ciphertext,
                    Nonce = message.Nonce,
                    MessageType = "text",
                    TtlSeconds = standing!.Channel.MessageTtlSeconds,
                    Direct = await directs.DeliveryAsync(standing.Channel, message.AuthorId, CancellationToken),
                    ScheduledId = message.Id,
                    Receipt = receipt,
                },
                CancellationToken
            );
            return FinishAsync(message, receipt);
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            // Whatever is wrong with one message, the others that are due must not wait for it.
            return RetryLaterAsync(message, problem);
        }
    }

    /// <summary>Why it can never be posted, or whether the author's turn has not come yet.</summary>
    private async Task<(string? Reason, bool MustWait)> CheckAsync(DueMessage message, ChannelStanding? standing)
    {
        if (await accounts.FindAsync(message.AuthorId, CancellationToken) is not { IsSuspended: false })
            return ("user is suspended", false);
        if (standing is null)
            return ("user no longer a member", false);
        if (await rules.CheckAsync(standing, message.AuthorId, WriteKind.Post, CancellationToken) is not null)
            return ("channel restricted or user blocked/timed out", false);
        if (PostingRules.CheckType(standing.Channel.Type, "text", threadRoot: null) is { } wrongType)
            return (wrongType.Message, false);
        return (null, await slowMode.TakeTurnAsync(standing, message.AuthorId, CancellationToken) is not null);
    }

    private async Task FinishAsync(DueMessage message, AwaitedReceipt receipt)
    {
        try
        {
            var stored = await receipt.CommittedAsync();
            connections.SendToUser(
                message.AuthorId,
                Wire.Of(new ScheduledMessageDeliveredFrame(message.Id, stored.Id, stored.ChannelId, stored.CreatedAt))
            );
        }
        catch (FailureException refusal) when (refusal.Failure.Status == 404)
        {
            // Cancelled in the meantime, or its channel was deleted and the row went with it.
        }
        catch (FailureException refusal)
        {
            await RetryLaterAsync(message, refusal);
        }
    }

    private async Task DropAsync(DueMessage message, string reason)
    {
        var failed = await database.ExecuteAsync(
            "update scheduled_messages set failed_at = $2, failure = $3 where id = $1 and failed_at is null",
            CancellationToken,
            message.Id,
            clock.GetUtcNow(),
            reason
        );
        if (failed == 0)
            return;
        LogDropped(message.Id, reason);
        TellFailure(message, reason);
    }

    private async Task RetryLaterAsync(DueMessage message, Exception problem)
    {
        LogNotDelivered(message.Id, problem.Message);
        var now = clock.GetUtcNow();
        try
        {
            var givenUp = await database.FirstAsync(
                """
                update scheduled_messages set failing_since = coalesce(failing_since, $2),
                    failed_at = case when failing_since <= $3 then $2 end,
                    failure = case when failing_since <= $3 then 'could not be stored' end
                where id = $1 and failed_at is null
                returning failed_at is not null
                """,
                row => row.GetBoolean(0),
                CancellationToken,
                message.Id,
                now,
                now - RetriedFor
            );
            if (!givenUp)
                return;
            LogGivenUp(message.Id);
            TellFailure(message, "could not be stored");
        }
        catch (NpgsqlException)
        {
            // The database is away: the row waits as it is.
        }
    }

    private void TellFailure(DueMessage message, string reason) =>
        connections.SendToUser(
            message.AuthorId,
            Wire.Of(new ScheduledMessageFailedFrame(message.Id, message.ChannelId, reason))
        );

    [LoggerMessage(
        EventName = "ScheduledMessageDropped",
        Level = LogLevel.Information,
        Message = "Dropping scheduled message {Id}: {Reason}"
    )]
    private partial void LogDropped(Guid id, string reason);

    [LoggerMessage(
        EventName = "ScheduledMessageNotDelivered",
        Level = LogLevel.Warning,
        Message = "Failed to deliver scheduled message {Id}: {Reason}"
    )]
    private partial void LogNotDelivered(Guid id, string reason);

    [LoggerMessage(
        EventName = "ScheduledMessageGivenUp",
        Level = LogLevel.Warning,
        Message = "Dropping undeliverable scheduled message {Id} (overdue by >5min)"
    )]
    private partial void LogGivenUp(Guid id);
}
