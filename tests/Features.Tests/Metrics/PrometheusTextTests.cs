using System.Diagnostics.Metrics;
using Chatalot.Shared.Metrics;

namespace Chatalot.Features.Tests.Metrics;

public sealed class PrometheusTextTests : IDisposable
{
    private readonly Meter meter = new("Chatalot.Test");
    private readonly MetricsRegistry registry = new(factory: null);

    public void Dispose()
    {
        registry.Dispose();
        meter.Dispose();
    }

    [Fact]
    public void Given_instruments_of_every_kind_Then_the_text_follows_the_formats_rules()
    {
        var counter = meter.CreateCounter<long>("test.calls", null, "Calls,\nby \"kind\".");
        counter.Add(2, new KeyValuePair<string, object?>("kind", "a\"b\\c\nd"));
        counter.Add(1, new KeyValuePair<string, object?>("kind", "a\"b\\c\nd"));
        meter.CreateUpDownCounter<long>("test.open").Add(-3);
        meter.CreateObservableGauge("test.disk", () => 12.5, "By");
        var histogram = meter.CreateHistogram(
            "test.wait",
            "s",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] }
        );
        foreach (var seconds in new[] { 0.1, 0.5, 3 })
            histogram.Record(seconds);

        var text = PrometheusText.Write(registry.Collect());
        var samples = PrometheusFormat.Parse(text);

        text.ShouldContain("# HELP test_calls_total Calls,\\nby \"kind\".\n# TYPE test_calls_total counter\n");
        text.ShouldContain("test_calls_total{kind=\"a\\\"b\\\\c\\nd\"} 3\n");
        text.ShouldContain("# TYPE test_open gauge\ntest_open -3\n");
        text.ShouldContain("test_disk_bytes 12.5\n");
        text.ShouldContain("test_wait_seconds_bucket{le=\"0.1\"} 1\n");
        text.ShouldContain("test_wait_seconds_bucket{le=\"1\"} 2\n");
        text.ShouldContain("test_wait_seconds_bucket{le=\"+Inf\"} 3\n");
        text.ShouldContain("test_wait_seconds_sum 3.6\ntest_wait_seconds_count 3\n");
        samples.ShouldNotBeEmpty();
    }

    [Fact]
    public void Given_an_observed_value_that_is_gone_Then_its_series_is_gone()
    {
        var tables = new List<string> { "messages", "users" };
        meter.CreateObservableGauge(
            "test.table",
            () => tables.Select(table => new Measurement<long>(1, new KeyValuePair<string, object?>("table", table)))
        );
        Series("test_table").ShouldBe(2);

        tables.RemoveAt(0);

        Series("test_table").ShouldBe(1);
    }

    [Fact]
    public void Given_somebody_who_collects_meanwhile_Then_whoever_reads_misses_nothing()
    {
        Func<int> seen = () => 0;
        var during = new List<int>();
        meter.CreateObservableGauge(
            "test.disk",
            () =>
            {
                during.Add(seen());
                return new Measurement<long>[] { new(1), new(2, new KeyValuePair<string, object?>("disk", "b")) };
            }
        );
        var read = registry.Collect().Single(family => family.Name == "test_disk");
        seen = () => read.Series.Count();

        registry.Collect();

        during.ShouldBe([0, 2]);
    }

    [Fact]
    public void Given_a_label_that_never_ends_Then_the_series_are_bounded()
    {
        var counter = meter.CreateCounter<long>("test.unbounded");
        for (var i = 0; i < MetricFamily.MostSeries + 100; i++)
            counter.Add(1, new KeyValuePair<string, object?>("id", i));

        Series("test_unbounded_total").ShouldBe(MetricFamily.MostSeries);
    }

    private int Series(string name) => registry.Collect().Single(family => family.Name == name).Series.Count();
}
