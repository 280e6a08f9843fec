using System.Diagnostics.Metrics;

namespace Chatalot.Features.Messages;

/// <summary>Instruments of the message log, meter <c>Chatalot.Messages</c>.</summary>
internal static class MessageMetrics
{
    private static readonly Meter Meter = new("Chatalot.Messages");
    private static readonly Counter<long> Stored = Meter.CreateCounter<long>(
        "chatalot.messages.stored",
        null,
        "Messages that were committed."
    );
    private static readonly Histogram<int> BatchSize = Meter.CreateHistogram(
        "chatalot.messages.batch_size",
        null,
        "Messages of one commit.",
        advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512] }
    );
    private static readonly Histogram<double> CommitDuration = Meter.CreateHistogram<double>(
        "chatalot.messages.commit_duration",
        "s",
        "How long the commit of a batch took."
    );

    /// <summary>Has the counter there before the first message.</summary>
    public static void Announce() => Stored.Add(0);

    /// <summary>Counts one commit.</summary>
    public static void Committed(int messages, TimeSpan elapsed)
    {
        Stored.Add(messages);
        BatchSize.Record(messages);
        CommitDuration.Record(elapsed.TotalSeconds);
    }
}
