namespace Chatalot.Bench.Crash;

/// <summary>
/// Holds what writers and readers saw against the history. Pure, so that each rule can be read on its own.
/// </summary>
internal static class CrashCheck
{
    /// <summary>Sentences about what is wrong; none when all is well.</summary>
    public static List<string> Violations(
        IReadOnlyList<HistoryEntry> history,
        IEnumerable<(int Writer, IReadOnlyList<Guid> Acknowledged)> writers,
        IEnumerable<IReadOnlyList<IReadOnlyList<Guid>>> readers
    )
    {
        var positions = new Dictionary<Guid, int>(history.Count);
        var violations = new List<string>();
        for (var i = 0; i < history.Count; i++)
            if (!positions.TryAdd(history[i].Id, i))
                violations.Add($"message {history[i].Id} stands twice in the history");
        violations.AddRange(StoredTwice(history));
        foreach (var (writer, acknowledged) in writers)
            violations.AddRange(NotStored(history, positions, writer, acknowledged));
        foreach (var (reader, connections) in readers.Index())
            violations.AddRange(OutOfOrder(positions, reader, connections));
        return violations;
    }

    private static IEnumerable<string> StoredTwice(IReadOnlyList<HistoryEntry> history) =>
        history
            .GroupBy(entry => (entry.Sender, entry.Sequence))
            .Where(same => same.Count() > 1)
            .Select(same => $"writer {same.Key.Sender}'s message {same.Key.Sequence} is stored {same.Count()} times");

    private static IEnumerable<string> NotStored(
        IReadOnlyList<HistoryEntry> history,
        Dictionary<Guid, int> positions,
        int writer,
        IReadOnlyList<Guid> acknowledged
    )
    {
        foreach (var id in acknowledged)
            if (!positions.TryGetValue(id, out var position))
                yield return $"writer {writer}: message {id} was acknowledged and is not stored";
            else if (history[position].Sender != writer)
                yield return $"writer {writer}: message {id} was acknowledged to another writer than the one who sent it";
        if (acknowledged.Distinct().Count() != acknowledged.Count)
            yield return $"writer {writer}: a message was acknowledged twice";
    }

    // Within a connection a reader must get every message of the channel; between connections it may miss some.
    private static IEnumerable<string> OutOfOrder(
        Dictionary<Guid, int> positions,
        int reader,
        IReadOnlyList<IReadOnlyList<Guid>> connections
    )
    {
        var last = -1;
        foreach (var connection in connections)
        {
            var isFirst = true;
            foreach (var id in connection)
            {
                if (!positions.TryGetValue(id, out var position))
                    yield return $"reader {reader}: received {id}, which is not stored";
                else if (position <= last)
                    yield return $"reader {reader}: received {id} twice or behind a later message";
                else if (!isFirst && position != last + 1)
                    yield return $"reader {reader}: {position - last - 1} messages are missing before {id}";
                (last, isFirst) = (Math.Max(last, position), false);
            }
        }
    }
}
