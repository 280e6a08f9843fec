using System.Diagnostics.Metrics;

namespace Chatalot.Features.Voice;

/// <summary>Instruments of calls, meter <c>Chatalot.Voice</c>. How good calls are is what clients report.</summary>
internal static class VoiceMetrics
{
    private static readonly Meter Meter = new("Chatalot.Voice");
    private static readonly Counter<long> Signals = Meter.CreateCounter<long>(
        "chatalot.voice.signals",
        null,
        "Offers, answers and candidates that were relayed."
    );
    private static readonly Counter<long> Reports = Meter.CreateCounter<long>(
        "chatalot.voice.reports",
        null,
        "Connections that clients reported on, by whether they went over a relay."
    );
    private static readonly Histogram<double> JoinTime = Meter.CreateHistogram<double>(
        "chatalot.voice.join_time",
        "s",
        "From joining to the first sound, as clients report it."
    );
    private static readonly Histogram<double> RoundTrip = Meter.CreateHistogram<double>(
        "chatalot.voice.round_trip",
        "s",
        "Round trip between two participants, as clients report it."
    );
    private static readonly Histogram<double> Loss = Meter.CreateHistogram(
        "chatalot.voice.loss",
        null,
        "Share of packets lost, as clients report it.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2] }
    );

    private static int calls;
    private static int participants;

    static VoiceMetrics()
    {
        Meter.CreateObservableGauge("chatalot.voice.calls", () => calls, null, "Running calls.");
        Meter.CreateObservableGauge("chatalot.voice.participants", () => participants, null, "People in calls.");
        Signals.Add(0);
    }

    /// <summary>How much is going on now.</summary>
    public static void Show(int runningCalls, int peopleInCalls) =>
        (calls, participants) = (runningCalls, peopleInCalls);

    /// <summary>One signal went to its target.</summary>
    public static void Relayed() => Signals.Add(1);

    /// <summary>What a client says of one connection.</summary>
    public static void Report(ReportVoiceQuality.Command report)
    {
        Reports.Add(1, new KeyValuePair<string, object?>("relayed", report.Relayed ? "true" : "false"));
        if (report.JoinMs is { } join)
            JoinTime.Record(join / 1000d);
        if (report.RoundTripMs is { } roundTrip)
            RoundTrip.Record(roundTrip / 1000d);
        if (report.LossPercent is { } percent)
            Loss.Record(percent / 100);
    }
}
