namespace Chatalot.Integration.Tests.Infrastructure;

/// <summary>Shows the real time, moved forward by hand. Timers run in real time.</summary>
internal sealed class ManualClock : TimeProvider
{
    private long moved;

    public void Advance(TimeSpan time) => Interlocked.Add(ref moved, time.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref moved));
}
