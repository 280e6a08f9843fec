using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Chatalot.Shared.Metrics;

/// <summary>How the values of a metric are to be read.</summary>
public enum MetricKind
{
    /// <summary>Only grows, from the start of the process.</summary>
    Counter,

    /// <summary>Goes up and down.</summary>
    Gauge,

    /// <summary>How often values fell below each bound.</summary>
    Histogram,
}

/// <summary>One metric with all of its series, named as Prometheus names it.</summary>
public sealed class MetricFamily
{
    /// <summary>
    /// Beyond this number of label combinations new ones are not kept: a mistake must not fill the memory.
    /// </summary>
    public const int MostSeries = 5000;

    private static readonly double[] UsualSeconds =
    [
        0.001,
        0.0025,
        0.005,
        0.01,
        0.025,
        0.05,
        0.1,
        0.25,
        0.5,
        1,
        2.5,
        5,
        10,
    ];

    /// <summary>Instruments of the runtime that call themselves counters and go up and down.</summary>
    private static readonly string[] Fluctuating =
    [
        "dotnet.thread_pool.thread.count",
        "dotnet.thread_pool.queue.length",
    ];

    private readonly bool isOwn;
    private readonly bool isAbsolute;
    private readonly double[] bounds;
    private readonly ConcurrentDictionary<string, MetricSeries> series = new(StringComparer.Ordinal);
    private readonly MetricSeries plain;
    private volatile bool hasPlain;
    private int round;

    private MetricFamily(string name, string help, MetricKind kind, bool isOwn, bool isAbsolute, double[] bounds)
    {
        this.isOwn = isOwn;
        Name = name;
        Help = help;
        Kind = kind;
        this.isAbsolute = isAbsolute;
        this.bounds = bounds;
        plain = new MetricSeries("", bounds);
    }

    /// <summary>Name, for example <c>chatalot_socket_open</c>.</summary>
    public string Name { get; }

    /// <summary>What it counts, in a sentence.</summary>
    public string Help { get; }

    /// <summary>How to read it.</summary>
    public MetricKind Kind { get; }

    /// <summary>The series of the moment.</summary>
    public IEnumerable<MetricSeries> Series => hasPlain ? series.Values.Append(plain) : series.Values;

    internal static MetricFamily Of(Instrument instrument)
    {
        var type = instrument.GetType().GetGenericTypeDefinition();
        var kind =
            type == typeof(Histogram<>) ? MetricKind.Histogram
            : Fluctuating.Contains(instrument.Name) ? MetricKind.Gauge
            : type == typeof(Counter<>) || type == typeof(ObservableCounter<>) ? MetricKind.Counter
            : MetricKind.Gauge;
        return new MetricFamily(
            NameOf(instrument, kind),
            string.IsNullOrWhiteSpace(instrument.Description) ? instrument.Name : instrument.Description,
            kind,
            instrument.Meter.Name.StartsWith(MetricsRegistry.Own, StringComparison.Ordinal),
            instrument.IsObservable || type == typeof(Gauge<>),
            kind == MetricKind.Histogram ? BoundsOf(instrument) : []
        );
    }

    internal void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var target = plain;
        if (tags.Length == 0)
            hasPlain = true;
        else
        {
            var labels = Labels(tags);
            if (!series.TryGetValue(labels, out target!))
            {
                if (series.Count >= MostSeries)
                    return;
                target = series.GetOrAdd(labels, static (key, bounds) => new MetricSeries(key, bounds), bounds);
            }
        }
        target.Record(value, Kind, isAbsolute);
        target.Round = round;
    }

    /// <summary>
    /// Reads observed instruments again: what they no longer report is gone, such as a table that was dropped. All the
    /// rest stays in its place meanwhile, for those who read at the same time. One caller at a time.
    /// </summary>
    /// <param name="observed">Their families.</param>
    /// <param name="read">Makes them report.</param>
    internal static void Renew(IReadOnlyCollection<MetricFamily> observed, Action read)
    {
        foreach (var family in observed)
            family.round++;
        try
        {
            read();
        }
        finally
        {
            foreach (var family in observed)
                family.ForgetOlder();
        }
    }

    private void ForgetOlder()
    {
        foreach (var (labels, known) in series)
            if (known.Round != round)
                series.TryRemove(labels, out _);
        if (plain.Round != round)
            hasPlain = false;
    }

    private static double[] BoundsOf(Instrument instrument) =>
        instrument switch
        {
            Histogram<double> { Advice.HistogramBucketBoundaries: { } own } => [.. own],
            Histogram<long> { Advice.HistogramBucketBoundaries: { } own } => [.. own.Select(bound => (double)bound)],
            Histogram<int> { Advice.HistogramBucketBoundaries: { } own } => [.. own.Select(bound => (double)bound)],
            _ => UsualSeconds,
        };

    private static string NameOf(Instrument instrument, MetricKind kind)
    {
        var name = Identifier(instrument.Name);
        var unit = instrument.Unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            _ => "",
        };
        if (unit.Length > 0 && !name.EndsWith(unit, StringComparison.Ordinal))
            name += unit;
        return kind == MetricKind.Counter && !name.EndsWith("_total", StringComparison.Ordinal)
            ? name + "_total"
            : name;
    }

    private static string Identifier(string name) =>
        string.Create(
            name.Length,
            name,
            static (target, source) =>
            {
                for (var i = 0; i < source.Length; i++)
                    target[i] = char.IsAsciiLetterOrDigit(source[i]) ? source[i] : '_';
            }
        );

    /// <summary>The labels as they stand between the braces of a sample, in the order of their names.</summary>
    private string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var text = new StringBuilder();
        var sorted = tags.ToArray();
        if (!isOwn)
            sorted = Array.FindAll(sorted, static tag => MetricsRegistry.KnownLabels.Contains(tag.Key));
        Array.Sort(sorted, static (left, right) => string.CompareOrdinal(left.Key, right.Key));
        foreach (var (name, value) in sorted)
        {
            if (text.Length > 0)
                text.Append(',');
            text.Append(Identifier(name)).Append("=\"");
            var shown = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
            // The driver calls a pool without a name by its connection string.
            if (!isOwn && shown.Contains('=', StringComparison.Ordinal))
                shown = "other";
            foreach (var character in shown)
                _ = character switch
                {
                    '\\' => text.Append(@"\\"),
                    '"' => text.Append("\\\""),
                    '\n' => text.Append(@"\n"),
                    _ => text.Append(character),
                };
            text.Append('"');
        }
        return text.ToString();
    }
}
