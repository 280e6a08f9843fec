using Chatalot.Bench.Accounts;

namespace Chatalot.Bench.Crash;

/// <summary>A channel with its writers and readers, and the part of its history that was already read.</summary>
internal sealed class CrashedChannel
{
    private readonly Guid _id;
    private readonly Account _judge;
    private readonly List<CrashWriter> _writers;
    private readonly List<CrashReader> _readers;
    private List<HistoryEntry> _history = [];

    public CrashedChannel(Uri server, Guid id, List<Account> members, int writers)
    {
        _id = id;
        _judge = members[0];
        _writers = [.. members.Take(writers).Select((user, index) => new CrashWriter(server, user, id, index))];
        _readers = [.. members.Skip(writers).Select(user => new CrashReader(server, user, id))];
    }

    public IEnumerable<CrashClient> Clients => [.. _writers, .. _readers];

    public int AcknowledgedCount => _writers.Sum(writer => writer.AcknowledgedCount);

    /// <summary>How many acknowledgements the last check held against the history.</summary>
    public int Checked { get; private set; }

    public int Stored => _history.Count;

    /// <summary>
    /// Takes what clients saw so far, then reads the history, which must hold all of it. Reading the whole history
    /// again also tells whether an earlier part has changed since.
    /// </summary>
    public async Task<List<string>> CheckAsync(ChatalotApi api, bool wholeHistory, CancellationToken ct)
    {
        var writers = _writers.ConvertAll(writer => (writer.Index, writer.Acknowledged));
        Checked = writers.Sum(writer => writer.Acknowledged.Count);
        var readers = _readers.ConvertAll(reader => reader.Received);
        var known = _history;
        Guid? after = wholeHistory || known.Count == 0 ? null : known[^1].Id;
        var read = await ChannelHistory.ReadAsync(api, _judge.AccessToken, _id, after, ct);
        _history = after is null ? read : [.. known, .. read];
        var violations = CrashCheck.Violations(_history, writers, readers);
        if (!_history.Take(known.Count).SequenceEqual(known))
            violations.Add($"the first {known.Count} messages of channel {_id} are no longer what they were");
        return violations;
    }
}
