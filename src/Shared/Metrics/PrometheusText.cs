using System.Globalization;
using System.Text;

namespace Chatalot.Shared.Metrics;

/// <summary>Writes metrics in the text format 0.0.4 that Prometheus reads.</summary>
public static class PrometheusText
{
    /// <summary>The format's media type.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>One block for each metric: what it is, then a line for each series.</summary>
    public static string Write(IEnumerable<MetricFamily> families)
    {
        var text = new StringBuilder(64 * 1024);
        // Two instruments may share a name, for example in two hosts of one process: a metric is announced once.
        foreach (var same in families.GroupBy(family => family.Name, StringComparer.Ordinal))
        {
            var first = same.First();
            var help = first.Help.Replace("\\", @"\\", StringComparison.Ordinal).ReplaceLineEndings(@"\n");
            text.Append(CultureInfo.InvariantCulture, $"# HELP {first.Name} {help}\n");
            text.Append(CultureInfo.InvariantCulture, $"# TYPE {first.Name} {Word(first.Kind)}\n");
            var written = new HashSet<string>(StringComparer.Ordinal);
            foreach (var series in same.SelectMany(family => family.Series))
            {
                if (!written.Add(series.Labels))
                    continue;
                if (first.Kind == MetricKind.Histogram)
                    WriteHistogram(text, first.Name, series);
                else
                    WriteSample(text, first.Name, series.Labels, series.Value);
            }
        }
        return text.ToString();
    }

    private static void WriteHistogram(StringBuilder text, string name, MetricSeries series)
    {
        var (buckets, count, sum) = series.Distribution();
        var separator = series.Labels.Length > 0 ? "," : "";
        foreach (var (bound, below) in buckets)
            WriteSample(text, $"{name}_bucket", $"{series.Labels}{separator}le=\"{Number(bound)}\"", below);
        WriteSample(text, $"{name}_bucket", $"{series.Labels}{separator}le=\"+Inf\"", count);
        WriteSample(text, $"{name}_sum", series.Labels, sum);
        WriteSample(text, $"{name}_count", series.Labels, count);
    }

    private static void WriteSample(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
            text.Append('{').Append(labels).Append('}');
        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Word(MetricKind kind) =>
        kind switch
        {
            MetricKind.Counter => "counter",
            MetricKind.Gauge => "gauge",
            _ => "histogram",
        };

    private static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf"
        : double.IsNegativeInfinity(value) ? "-Inf"
        : double.IsNaN(value) ? "NaN"
        : value.ToString("R", CultureInfo.InvariantCulture);
}
