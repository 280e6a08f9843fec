namespace Chatalot.Shared.Threads;

/// <summary>Whether people talk at this moment: work that can wait goes slower then.</summary>
public sealed class LiveTraffic
{
    private const long Window = 300; // ms

    private long lastAt = -Window;

    /// <summary>True while something was noted in the last 300 milliseconds.</summary>
    public bool IsLive => Environment.TickCount64 - Volatile.Read(ref lastAt) < Window;

    /// <summary>Somebody has just said something. Costs one write to memory.</summary>
    public void Note() => Volatile.Write(ref lastAt, Environment.TickCount64);
}
