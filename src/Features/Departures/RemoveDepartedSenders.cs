using Chatalot.Shared.Postgres;
using Chatalot.Shared.Scheduling;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Chatalot.Features.Departures;

/// <summary>
/// Every five minutes: takes senders whose accounts are gone out of the messages that <see cref="AccountRemoval"/>
/// left, each piece in a transaction of its own. A minute after the account went: by then every message of theirs that
/// was under way is stored.
/// </summary>
[FailsAs("Failed to take departed senders out of their messages")]
public sealed partial class RemoveDepartedSenders(
    NpgsqlDataSource database,
    JobReport report,
    TimeProvider clock,
    ILogger<RemoveDepartedSenders> logger
) : IInvocable, ICancellableInvocable
{
    private const int MostAtOnce = 100;
    private static readonly TimeSpan Wait = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    public CancellationToken CancellationToken { get; set; }

    /// <inheritdoc/>
    public async Task Invoke()
    {
        var departed = await database.ListAsync(
            "select user_id from departed_senders where departed_at < $1 order by departed_at limit $2",
            row => row.GetGuid(0),
            CancellationToken,
            clock.GetUtcNow() - Wait,
            MostAtOnce
        );
        foreach (var userId in departed)
            await RemoveAsync(userId);
    }

    private async Task RemoveAsync(Guid userId)
    {
        var messages = 0L;
        var place = default(SenderRemoval.Place);
        do
        {
            await using var connection = await database.OpenConnectionAsync(CancellationToken);
            place = await SenderRemoval.RemoveNextAsync(connection, userId, place, CancellationToken);
            messages += place.Count;
            report.Items += place.Count;
        } while (place.Count == SenderRemoval.Piece);
        await database.ExecuteAsync("delete from departed_senders where user_id = $1", CancellationToken, userId);
        if (messages > 0)
            LogRemoved(messages, userId);
    }

    [LoggerMessage(
        EventName = "DepartedSenderRemoved",
        Level = LogLevel.Information,
        Message = "Took the departed sender {UserId} out of {Count} messages"
    )]
    private partial void LogRemoved(long count, Guid userId);
}
