namespace Chatalot.Features.Previews;

/// <summary>
/// Keeps values for a time, at most <paramref name="capacity"/> of them: the one that was not asked for the longest
/// makes room. Safe for parallel use.
/// </summary>
internal sealed class TimedCache<TValue>(int capacity, TimeProvider clock)
    where TValue : class
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> entries = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> byUse = new();

    /// <summary>The value, or null when there is none that is young enough.</summary>
    public TValue? Find(string key)
    {
        lock (gate)
        {
            if (!entries.TryGetValue(key, out var node))
                return null;
            byUse.Remove(node);
            if (node.Value.Expires <= clock.GetUtcNow())
            {
                entries.Remove(key);
                return null;
            }
            byUse.AddFirst(node);
            return node.Value.Value;
        }
    }

    /// <summary>Keeps a value for this time.</summary>
    public void Set(string key, TValue value, TimeSpan lifetime)
    {
        lock (gate)
        {
            if (entries.Remove(key, out var old))
                byUse.Remove(old);
            if (entries.Count >= capacity && byUse.Last is { } least)
            {
                entries.Remove(least.Value.Key);
                byUse.RemoveLast();
            }
            entries[key] = byUse.AddFirst(new Entry(key, value, clock.GetUtcNow() + lifetime));
        }
    }

    /// <summary>Drops what is too old and returns how many there were.</summary>
    public int EvictExpired()
    {
        lock (gate)
        {
            var now = clock.GetUtcNow();
            var expired = byUse.Where(entry => entry.Expires <= now).Select(entry => entry.Key).ToList();
            foreach (var key in expired)
            {
                entries.Remove(key, out var node);
                byUse.Remove(node!);
            }
            return expired.Count;
        }
    }

    private sealed record Entry(string Key, TValue Value, DateTimeOffset Expires);
}
