namespace Chatalot.Shared.Http;

/// <summary>Requests that are being served, sockets apart.</summary>
public sealed class RequestCount
{
    private long begun;
    private long ended;

    /// <summary>Under way now.</summary>
    public long UnderWay => Volatile.Read(ref begun) - Volatile.Read(ref ended);

    /// <summary>Answered since the start.</summary>
    public long Ended => Volatile.Read(ref ended);

    internal void Begin() => Interlocked.Increment(ref begun);

    internal void End() => Interlocked.Increment(ref ended);
}
