using System.Diagnostics;

namespace Chatalot.Bench.Wire;

/// <summary>Microseconds since this process began to measure: the one clock of all stamps and latencies.</summary>
internal static class Clock
{
    private static readonly long Origin = Stopwatch.GetTimestamp();

    public static long Microseconds => Stopwatch.GetElapsedTime(Origin).Ticks / TimeSpan.TicksPerMicrosecond;
}
