using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Chatalot.Shared.Metrics;

/// <summary>
/// Collects the measurements of this process's instruments, so that they can be read at any time. Instruments are the
/// framework's (<c>System.Diagnostics.Metrics</c>); whoever measures knows nothing of who reads.
/// </summary>
public sealed class MetricsRegistry : IDisposable
{
    internal const string Own = "Chatalot.";

    /// <summary>Meters of others whose labels are known and bounded.</summary>
    private static readonly string[] Others = ["System.Runtime", "Npgsql"];

    private readonly object? scope;
    private readonly MeterListener listener = new();
    private readonly ConcurrentDictionary<Instrument, MetricFamily> families = new();
    private readonly Lock collecting = new();

    /// <summary>Listens from now on.</summary>
    /// <param name="factory">
    /// Maker of this host's own meters: those of another host in the process are left out.
    /// </param>
    public MetricsRegistry(IMeterFactory? factory)
    {
        scope = factory;
        listener.InstrumentPublished = Publish;
        listener.SetMeasurementEventCallback<int>(static (_, value, tags, family) => Record(family, value, tags));
        listener.SetMeasurementEventCallback<long>(static (_, value, tags, family) => Record(family, value, tags));
        listener.SetMeasurementEventCallback<double>(static (_, value, tags, family) => Record(family, value, tags));
        listener.Start();
    }

    /// <summary>Every metric as it is now, in the order of the names.</summary>
    public IReadOnlyList<MetricFamily> Collect()
    {
        lock (collecting)
        {
            var observed = families.Where(known => known.Key.IsObservable).Select(known => known.Value).ToList();
            MetricFamily.Renew(observed, listener.RecordObservableInstruments);
        }
        return [.. families.Values.OrderBy(family => family.Name, StringComparer.Ordinal)];
    }

    /// <summary>The sum of a metric's series as they were recorded last; 0 when there are none.</summary>
    public double Sum(string name, string label = "") =>
        Named(name)
            .SelectMany(family => family.Series)
            .Where(series => series.Labels.Contains(label, StringComparison.Ordinal))
            .Sum(s => s.Value);

    /// <summary>The buckets of a histogram without labels; empty when nothing was recorded.</summary>
    public IReadOnlyList<(double Bound, long Count)> Buckets(string name) =>
        Named(name).SelectMany(family => family.Series).FirstOrDefault()?.Distribution() is { } known
            ? [.. known.Buckets, (double.PositiveInfinity, known.Count)]
            : [];

    private IEnumerable<MetricFamily> Named(string name) => families.Values.Where(family => family.Name == name);

    /// <inheritdoc/>
    public void Dispose() => listener.Dispose();

    private void Publish(Instrument instrument, MeterListener to)
    {
        var name = instrument.Meter.Name;
        if (!name.StartsWith(Own, StringComparison.Ordinal) && !Others.Contains(name))
            return;
        if (instrument.Meter.Scope is { } owner && owner != scope)
            return;
        to.EnableMeasurementEvents(instrument, families.GetOrAdd(instrument, MetricFamily.Of));
    }

    /// <summary>Labels of other people's instruments that are kept; the rest may hold addresses and paths.</summary>
    internal static readonly string[] KnownLabels =
    [
        "cpu.mode",
        "db.client.connection.pool.name",
        "db.client.connection.state",
        "gc.heap.generation",
    ];

    private static void Record(object? family, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        ((MetricFamily)family!).Record(value, tags);
}
