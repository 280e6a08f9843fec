using System.Diagnostics.Metrics;

namespace Chatalot.Features.Push;

/// <summary>Instruments of web push, meter <c>Chatalot.Push</c>.</summary>
internal static class PushMetrics
{
    private static readonly Meter Meter = new("Chatalot.Push");
    private static readonly Counter<long> Sent = Meter.CreateCounter<long>(
        "chatalot.push.sent",
        null,
        "Requests to push services, by outcome."
    );
    private static readonly Counter<long> Dropped = Meter.CreateCounter<long>(
        "chatalot.push.dropped",
        null,
        "Notifications that were given up because too many waited."
    );

    /// <summary>Has the counters there before something happens.</summary>
    public static void Announce()
    {
        foreach (var outcome in Enum.GetValues<PushOutcome>())
            Sent.Add(0, Label(outcome));
        Dropped.Add(0);
    }

    /// <summary>One request ended.</summary>
    public static void Ended(PushOutcome outcome) => Sent.Add(1, Label(outcome));

    /// <summary>The oldest notification made room.</summary>
    public static void Lost() => Dropped.Add(1);

    private static KeyValuePair<string, object?> Label(PushOutcome outcome) =>
        new(
            "outcome",
            outcome switch
            {
                PushOutcome.Delivered => "delivered",
                PushOutcome.Gone => "gone",
                PushOutcome.Paused => "paused",
                _ => "failed",
            }
        );
}
