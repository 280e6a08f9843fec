using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Chatalot.Shared.Scheduling;

/// <summary>
/// Instruments of the meter <c>Chatalot.Jobs</c>; the label <c>job</c> takes the names of the schedule only.
/// </summary>
internal static class JobMetrics
{
    private static readonly Meter Meter = new("Chatalot.Jobs");
    private static readonly ConcurrentDictionary<string, double> LastSuccess = new(StringComparer.Ordinal);

    private static readonly Counter<long> Runs = Meter.CreateCounter<long>(
        "chatalot_job_runs",
        description: "Runs of maintenance jobs by outcome."
    );
    private static readonly Counter<long> Items = Meter.CreateCounter<long>(
        "chatalot_job_items",
        description: "What maintenance jobs have dealt with."
    );
    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "chatalot_job_duration_seconds",
        unit: "s",
        description: "How long maintenance jobs run."
    );

    static JobMetrics() =>
        Meter.CreateObservableGauge(
            "chatalot_job_last_success_timestamp_seconds",
            () =>
                LastSuccess.Select(job => new Measurement<double>(
                    job.Value,
                    new KeyValuePair<string, object?>("job", job.Key)
                )),
            unit: "s",
            description: "Unix time of the last run of a job in this process that ended well."
        );

    public static void Record(string job, string outcome, long items, TimeSpan duration, DateTimeOffset now)
    {
        var name = new KeyValuePair<string, object?>("job", job);
        Runs.Add(1, name, new("outcome", outcome));
        Items.Add(items, name);
        Duration.Record(duration.TotalSeconds, name);
        if (outcome == JobOutcome.Succeeded)
            LastSuccess[job] = now.ToUnixTimeSeconds();
    }
}
