using System.Collections.Concurrent;

namespace Chatalot.Shared.Http;

/// <summary>
/// One token bucket for each key, in bounded memory: buckets that are full again are dropped, and beyond
/// <paramref name="capacity"/> keys the newcomers share one bucket until there is room.
/// </summary>
/// <typeparam name="TKey">Whom a bucket belongs to: an address, a user.</typeparam>
public sealed class TokenBuckets<TKey>(BucketSize size, TimeProvider clock, int capacity = 100_000)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, TokenBucket> buckets = new();
    private readonly TokenBucket overflow = new(size, clock);
    private readonly long sweepInterval = (long)(Math.Max(1, size.TimeToFill.TotalSeconds) * clock.TimestampFrequency);
    private long nextSweep = clock.GetTimestamp();
    private int count;

    /// <summary>Size of each bucket.</summary>
    public BucketSize Size => size;

    /// <summary>Buckets held at this moment.</summary>
    public int Count => Volatile.Read(ref count);

    /// <summary>Takes one token of the key's bucket.</summary>
    public Grant Take(TKey key)
    {
        if (size.IsUnlimited)
            return new Grant(true, int.MaxValue, 0, 0);
        var now = clock.GetTimestamp();
        SweepIfDue(now);
        while (true)
        {
            if (BucketOf(key).Take(now) is { } grant)
                return grant;
        }
    }

    private TokenBucket BucketOf(TKey key)
    {
        if (buckets.TryGetValue(key, out var known))
            return known;
        if (Count >= capacity)
            return overflow;
        var fresh = new TokenBucket(size, clock);
        var kept = buckets.GetOrAdd(key, fresh);
        if (ReferenceEquals(kept, fresh))
            Interlocked.Increment(ref count);
        return kept;
    }

    private void SweepIfDue(long now)
    {
        var due = Volatile.Read(ref nextSweep);
        if (now < due || Interlocked.CompareExchange(ref nextSweep, now + sweepInterval, due) != due)
            return;
        foreach (var entry in buckets)
        {
            if (entry.Value.RetireIfFull(now) && buckets.TryRemove(entry))
                Interlocked.Decrement(ref count);
        }
    }
}
