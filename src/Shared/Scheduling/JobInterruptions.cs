namespace Chatalot.Shared.Scheduling;

/// <summary>
/// How many runs the stop of the server has cut off; each of them is made up for after the next start.
/// </summary>
public sealed class JobInterruptions
{
    private int count;

    /// <summary>Runs that were cut off so far.</summary>
    public int Count => Volatile.Read(ref count);

    internal void Add() => Interlocked.Increment(ref count);
}
