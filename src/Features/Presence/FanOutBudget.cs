namespace Chatalot.Features.Presence;

/// <summary>
/// Spreads the work of telling over time: every frame that is queued costs a little time of rest, so that changes which
/// thousands hear of are gathered into few passes while small circles hear of each at once. Not safe for several threads.
/// </summary>
internal sealed class FanOutBudget(PresenceOptions options, TimeProvider clock)
{
    private readonly long start = clock.GetTimestamp();
    private TimeSpan restedAt;

    /// <summary>Until the next pass; zero while there is credit.</summary>
    public TimeSpan Wait
    {
        get
        {
            var owed = restedAt - Now;
            return owed > options.FanOutCredit ? owed : TimeSpan.Zero;
        }
    }

    private TimeSpan Now => clock.GetElapsedTime(start);

    /// <summary>So many frames were queued.</summary>
    public void Spend(int frames)
    {
        var now = Now;
        var cost = options.RestPerFrame * frames;
        if (cost > options.LongestRest)
            cost = options.LongestRest;
        restedAt = (restedAt > now ? restedAt : now) + cost;
    }
}
