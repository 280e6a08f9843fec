namespace Chatalot.Shared.Http;

/// <summary>How much a token bucket holds and how fast it refills.</summary>
/// <param name="PerSecond">Tokens that come back each second; fractions are kept. 0: no limit.</param>
/// <param name="Burst">Tokens of a full bucket. 0: no limit.</param>
public readonly record struct BucketSize(double PerSecond, int Burst)
{
    /// <summary>True when either figure is 0.</summary>
    public bool IsUnlimited => PerSecond <= 0 || Burst <= 0;

    /// <summary>How long an empty bucket takes to fill.</summary>
    public TimeSpan TimeToFill => IsUnlimited ? TimeSpan.Zero : TimeSpan.FromSeconds(Burst / PerSecond);
}

/// <summary>The outcome of taking one token.</summary>
/// <param name="IsGranted">False: the bucket was empty and nothing was taken.</param>
/// <param name="Remaining">Whole tokens left.</param>
/// <param name="SecondsToFull">Whole seconds, rounded up, until the bucket is full again.</param>
/// <param name="SecondsToNext">Whole seconds, rounded up, until one token is there.</param>
public readonly record struct Grant(bool IsGranted, int Remaining, int SecondsToFull, int SecondsToNext);

/// <summary>A token bucket with fractions that starts full. Safe to use from several threads.</summary>
public sealed class TokenBucket(BucketSize size, TimeProvider clock)
{
    private readonly Lock gate = new();
    private double tokens = size.Burst;
    private long filledAt = clock.GetTimestamp();
    private bool isRetired;

    /// <summary>Takes one token if there is one.</summary>
    public Grant Take() => Take(clock.GetTimestamp()) ?? throw new InvalidOperationException("the bucket is retired");

    /// <summary>Null when the bucket has been retired: the caller must use a fresh one.</summary>
    internal Grant? Take(long now)
    {
        if (size.IsUnlimited)
            return new Grant(true, int.MaxValue, 0, 0);
        lock (gate)
        {
            if (isRetired)
                return null;
            Refill(now);
            var isGranted = tokens >= 1;
            if (isGranted)
                tokens -= 1;
            return new Grant(
                isGranted,
                (int)tokens,
                (int)Math.Ceiling((size.Burst - tokens) / size.PerSecond),
                tokens >= 1 ? 0 : (int)Math.Ceiling((1 - tokens) / size.PerSecond)
            );
        }
    }

    /// <summary>Retires a bucket that is full again: it says no more than a fresh one would.</summary>
    internal bool RetireIfFull(long now)
    {
        lock (gate)
        {
            Refill(now);
            return isRetired = tokens >= size.Burst;
        }
    }

    private void Refill(long now)
    {
        // Another thread may have refilled with a later reading of the clock.
        if (now <= filledAt)
            return;
        tokens = Math.Min(size.Burst, tokens + clock.GetElapsedTime(filledAt, now).TotalSeconds * size.PerSecond);
        filledAt = now;
    }
}
