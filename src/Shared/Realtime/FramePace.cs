namespace Chatalot.Shared.Realtime;

/// <summary>
/// How fast one client may send: a token bucket that slows the reading down instead of throwing frames away, so that a
/// client that comes back with a full queue loses nothing. What it sends meanwhile waits in its own line, which costs
/// nobody else anything. Only a client that has been slowed down without pause for <see cref="Patience"/>, hundreds of
/// frames above the limit, is refused frames, and one that still goes on after <see cref="LastPatience"/> is closed.
/// Not safe for parallel use.
/// </summary>
public sealed class FramePace(int burst, double framesPerSecond, TimeProvider clock)
{
    /// <summary>How long a client may press against the limit before frames are refused.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>How long a client may press against the limit before it is closed.</summary>
    public static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(120);

    private static readonly TimeSpan RefusalInterval = TimeSpan.FromSeconds(1);

    private double tokens = burst;
    private long lastTake = clock.GetTimestamp();
    private long? refusedAt;
    private Verdict last;
    private TimeSpan pressure;

    /// <summary>The pace of frames that are not signals.</summary>
    public FramePace(RealtimeOptions options, TimeProvider clock)
        : this(options.FrameBurst, options.FramesPerSecond, clock) { }

    /// <summary>What to do with the frame that was just read.</summary>
    public enum Verdict
    {
        /// <summary>Handle it.</summary>
        Pass,

        /// <summary>Wait for <see cref="Delay"/>, then handle it.</summary>
        Wait,

        /// <summary>Throw it away and tell the client.</summary>
        Refuse,

        /// <summary>Throw it away; the client was told less than a second ago.</summary>
        RefuseSilently,

        /// <summary>The client does not stop: close.</summary>
        Close,
    }

    /// <summary>How long to wait after <see cref="Verdict.Wait"/>.</summary>
    public TimeSpan Delay { get; private set; }

    /// <summary>Takes one token.</summary>
    public Verdict Take()
    {
        if (burst == 0 || framesPerSecond == 0)
            return Verdict.Pass;
        var now = clock.GetTimestamp();
        var elapsed = clock.GetElapsedTime(lastTake, now);
        lastTake = now;
        tokens = Math.Min(burst, tokens + elapsed.TotalSeconds * framesPerSecond);
        pressure = PressureAfter(elapsed);
        return last = Decide(now);
    }

    /// <summary>
    /// Time under pressure adds up while frames are slowed down or refused, and fades while the client is quiet.
    /// </summary>
    private TimeSpan PressureAfter(TimeSpan elapsed)
    {
        var change = last switch
        {
            Verdict.Wait => Delay - (elapsed - Delay),
            Verdict.Pass => -elapsed,
            _ => elapsed < RefusalInterval ? elapsed : -elapsed,
        };
        return pressure + change > TimeSpan.Zero ? pressure + change : TimeSpan.Zero;
    }

    private Verdict Decide(long now)
    {
        if (pressure > LastPatience)
            return Verdict.Close;
        if (tokens >= 1)
        {
            tokens--;
            return Verdict.Pass;
        }
        if (pressure <= Patience)
        {
            Delay = TimeSpan.FromSeconds((1 - tokens) / framesPerSecond);
            tokens--;
            return Verdict.Wait;
        }
        if (refusedAt is { } told && clock.GetElapsedTime(told, now) < RefusalInterval)
            return Verdict.RefuseSilently;
        refusedAt = now;
        return Verdict.Refuse;
    }
}
