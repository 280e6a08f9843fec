using System.Numerics;

namespace Chatalot.Bench.Load;

/// <summary>
/// Counts latencies in microseconds without allocating: exact below 128 µs, then 64 steps for each doubling (1.6 %).
/// </summary>
internal sealed class LatencyHistogram
{
    private const int Exact = 128;
    private const int Steps = 64;
    private const int Doublings = 30;

    private readonly long[] _counts = new long[Exact + Doublings * Steps];

    public long Count { get; private set; }

    public long Max { get; private set; }

    public void Add(long microseconds)
    {
        var value = Math.Clamp(microseconds, 0, int.MaxValue);
        _counts[IndexOf(value)]++;
        Count++;
        Max = Math.Max(Max, value);
    }

    public void Add(LatencyHistogram other)
    {
        for (var i = 0; i < _counts.Length; i++)
            _counts[i] += other._counts[i];
        Count += other.Count;
        Max = Math.Max(Max, other.Max);
    }

    /// <summary>
    /// The latency in microseconds that <paramref name="share"/> (0 to 1) of all values do not exceed.
    /// </summary>
    public double Percentile(double share)
    {
        var wanted = (long)Math.Ceiling(Count * share);
        long seen = 0;
        for (var i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= wanted && seen > 0)
                return MiddleOf(i);
        }
        return 0;
    }

    public LatencySummary Summarize() =>
        new(Count, Percentile(0.50) / 1000, Percentile(0.95) / 1000, Percentile(0.99) / 1000, Max / 1000.0);

    private static int IndexOf(long value)
    {
        if (value < Exact)
            return (int)value;
        var shift = BitOperations.Log2((ulong)value) - 6;
        return Exact + (shift - 1) * Steps + (int)(value >> shift) - Steps;
    }

    private static double MiddleOf(int index)
    {
        if (index < Exact)
            return index;
        var shift = (index - Exact) / Steps + 1;
        var start = (long)((index - Exact) % Steps + Steps) << shift;
        return start + (1L << shift) / 2.0;
    }
}

/// <summary>Percentiles in milliseconds.</summary>
internal sealed record LatencySummary(long Count, double P50, double P95, double P99, double Max);
