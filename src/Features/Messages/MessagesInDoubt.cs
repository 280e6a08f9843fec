using Npgsql;

namespace Chatalot.Features.Messages;

/// <summary>
/// Messages whose connection broke during their commit. Their senders were told that they are not acknowledged; should
/// they turn out to be stored all the same, they are told to the channel, so that nobody's picture lacks them. Looked
/// up for a while after the database is back, because a statement that was on its way may still finish.
/// </summary>
internal sealed class MessagesInDoubt(MessageStore store, MessageFanOut fanOut, TimeProvider clock)
{
    /// <summary>Between two looks.</summary>
    public static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(1);

    private const int Most = 10_000;
    private static readonly TimeSpan WatchedFor = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LookupTimeout = TimeSpan.FromSeconds(2);

    private readonly Dictionary<Guid, NewMessage> messages = [];
    private DateTimeOffset? watchedUntil;

    public bool IsEmpty => messages.Count == 0;

    public void Add(IEnumerable<NewMessage> batch)
    {
        foreach (var message in batch.TakeWhile(_ => messages.Count < Most))
            messages[message.Id] = message;
        watchedUntil = null;
    }

    /// <summary>Looks which are stored. Call while the database is reachable.</summary>
    public async Task SettleAsync()
    {
        if (IsEmpty)
            return;
        watchedUntil ??= clock.GetUtcNow() + WatchedFor;
        try
        {
            using var limit = new CancellationTokenSource(LookupTimeout, clock);
            var stored = await store.ExistingAsync(messages.Keys, limit.Token);
            var found = messages
                .Values.Where(message => stored.Contains(message.Id))
                .OrderBy(message => message.Id)
                .ToArray();
            await fanOut.PublishLateAsync(found);
            foreach (var message in found)
                messages.Remove(message.Id);
        }
        catch (Exception broken) when (broken is NpgsqlException or OperationCanceledException or TimeoutException)
        {
            watchedUntil = null;
            return;
        }
        if (clock.GetUtcNow() >= watchedUntil)
            messages.Clear();
    }
}
