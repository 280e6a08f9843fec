namespace Chatalot.Features.Auth;

/// <summary>
/// When guessing is stopped. A count falls by one in each <c>Duration / Failures...</c> without a failure.
/// </summary>
public sealed record LockoutPolicy
{
    /// <summary>
    /// Failures for one name from one network (an IPv4 address or an IPv6 /64) before that pair is locked.
    /// </summary>
    public int FailuresFromOneNetwork { get; init; } = 10;

    /// <summary>
    /// Failures for one name from all networks together before the name is locked, except for networks that the account
    /// has been used from: nobody can be locked out at home.
    /// </summary>
    public int FailuresFromAllNetworks { get; init; } = 100;

    /// <summary>How long a lock lasts after the last failure.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(900);
}

/// <summary>How often something failed, and when last.</summary>
/// <param name="Failures">Count at the time of the last failure.</param>
/// <param name="LastAt">When that was.</param>
internal readonly record struct FailureCount(int Failures, DateTimeOffset LastAt)
{
    /// <summary>The count after one more failure: what was long ago no longer counts in full.</summary>
    public FailureCount After(DateTimeOffset failure, int threshold, TimeSpan duration)
    {
        var forgotten = (failure - LastAt) / (duration / threshold);
        return new(Math.Max(0, Failures - (int)Math.Clamp(forgotten, 0, Failures)) + 1, failure);
    }

    /// <summary>How long the lock still lasts, or null when there is none.</summary>
    public TimeSpan? LockedFor(DateTimeOffset now, int threshold, TimeSpan duration) =>
        Failures >= threshold && LastAt + duration > now ? LastAt + duration - now : null;
}
