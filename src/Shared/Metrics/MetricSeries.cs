namespace Chatalot.Shared.Metrics;

/// <summary>The value of a metric for one combination of labels.</summary>
/// <param name="labels">As they stand between the braces of a sample; empty: none.</param>
/// <param name="bounds">Upper bounds of a histogram's buckets, ascending.</param>
public sealed class MetricSeries(string labels, double[] bounds)
{
    private readonly Lock gate = new();
    private readonly long[] buckets = new long[bounds.Length];
    private double value;
    private long count;

    /// <summary>As they stand between the braces of a sample; empty: none.</summary>
    public string Labels => labels;

    /// <summary>The value; of a histogram the sum of all values.</summary>
    public double Value
    {
        get
        {
            lock (gate)
                return value;
        }
    }

    /// <summary>
    /// A histogram's buckets as Prometheus counts them (each holds all below), and the number of values.
    /// </summary>
    public (IReadOnlyList<(double Bound, long Count)> Buckets, long Count, double Sum) Distribution()
    {
        lock (gate)
        {
            var below = 0L;
            var result = new (double, long)[bounds.Length];
            for (var i = 0; i < bounds.Length; i++)
                result[i] = (bounds[i], below += buckets[i]);
            return (result, count, value);
        }
    }

    /// <summary>The reading of an observed instrument that reported it last.</summary>
    internal int Round { get; set; }

    internal void Record(double measured, MetricKind kind, bool isAbsolute)
    {
        lock (gate)
        {
            if (kind == MetricKind.Histogram)
            {
                var bucket = Array.BinarySearch(bounds, measured);
                bucket = bucket < 0 ? ~bucket : bucket;
                if (bucket < buckets.Length)
                    buckets[bucket]++;
                count++;
            }
            value = isAbsolute ? measured : value + measured;
        }
    }
}
