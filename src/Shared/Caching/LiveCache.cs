using System.Collections.Concurrent;

namespace Chatalot.Shared.Caching;

/// <summary>
/// Keeps what was read of the database by id until somebody says that it changed. Safe against the race in which a
/// value is read, then changed and invalidated, and only then put into the cache. What is absent is not remembered.
/// </summary>
/// <param name="capacity">Most values held; beyond it the cache starts afresh.</param>
/// <param name="maxAge">After this a value is read again even if nobody said that it changed.</param>
/// <param name="clock">Measures the age.</param>
/// <param name="isSourceAway">
/// While it says so there is nowhere to read a newer value, and one is given however old it is; null: never.
/// </param>
public sealed class LiveCache<T>(int capacity, TimeSpan maxAge, TimeProvider clock, Func<bool>? isSourceAway = null)
    where T : class
{
    private readonly ConcurrentDictionary<Guid, Entry> entries = new();
    private long invalidations;

    /// <summary>
    /// The value, from memory or by <paramref name="read"/>; completes synchronously when it is in memory.
    /// </summary>
    public ValueTask<T?> GetAsync(Guid id, Func<Guid, CancellationToken, Task<T?>> read, CancellationToken ct) =>
        entries.TryGetValue(id, out var entry) && (clock.GetElapsedTime(entry.ReadAt) < maxAge || IsSourceAway)
            ? new(entry.Value)
            : new(ReadAsync(id, read, ct));

    /// <summary>Forgets one value, also if it is being read at this moment.</summary>
    public void Invalidate(Guid id)
    {
        Interlocked.Increment(ref invalidations);
        entries.TryRemove(id, out _);
    }

    /// <summary>Forgets all values for which this holds, in time proportional to what is held.</summary>
    public void Invalidate(Func<T, bool> matches)
    {
        Interlocked.Increment(ref invalidations);
        foreach (var held in entries)
        {
            if (matches(held.Value.Value))
                entries.TryRemove(held);
        }
    }

    /// <summary>Forgets everything: changes may have been missed.</summary>
    public void Clear()
    {
        Interlocked.Increment(ref invalidations);
        entries.Clear();
    }

    private bool IsSourceAway => isSourceAway is not null && isSourceAway();

    private async Task<T?> ReadAsync(Guid id, Func<Guid, CancellationToken, Task<T?>> read, CancellationToken ct)
    {
        var before = Interlocked.Read(ref invalidations);
        var readAt = clock.GetTimestamp();
        if (await read(id, ct) is not { } value)
            return null;
        if (entries.Count >= capacity)
            entries.Clear();
        var entry = new Entry(value, readAt);
        entries[id] = entry;
        // Either the invalidation sees the entry and removes it, or this sees the invalidation.
        if (Interlocked.Read(ref invalidations) != before)
            entries.TryRemove(new(id, entry));
        return value;
    }

    private sealed record Entry(T Value, long ReadAt);
}
