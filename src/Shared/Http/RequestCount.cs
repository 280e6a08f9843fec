namespace Chatalot.Shared.Http;

/// <summary>Requests that are being served, sockets apart.</summary>
public sealed class RequestCount
{
    private long begun;
    private long answered;
    private long brokenOff;

    /// <summary>Under way now.</summary>
    public long UnderWay => Volatile.Read(ref begun) - Answered - BrokenOff;

    /// <summary>Answered since the start.</summary>
    public long Answered => Volatile.Read(ref answered);

    /// <summary>
    /// Ended before their answer since the start: the caller left, or the server could not wait any longer.
    /// </summary>
    public long BrokenOff => Volatile.Read(ref brokenOff);

    internal void Begin() => Interlocked.Increment(ref begun);

    internal void End(bool isBrokenOff) => Interlocked.Increment(ref isBrokenOff ? ref brokenOff : ref answered);
}
