using System.Diagnostics.Metrics;

namespace Chatalot.Shared.Realtime;

/// <summary>Instruments of the socket layer, meter <c>Chatalot.Realtime</c>.</summary>
public static class RealtimeMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Chatalot.Realtime";

    private static readonly Meter Meter = new(MeterName);

    /// <summary>Text messages read from clients.</summary>
    public static readonly Counter<long> FramesIn = Meter.CreateCounter<long>(
        "chatalot.socket.frames_in",
        null,
        "Messages read from sockets."
    );

    /// <summary>Messages handed to sockets.</summary>
    public static readonly Counter<long> FramesOut = Meter.CreateCounter<long>(
        "chatalot.socket.frames_out",
        null,
        "Messages written to sockets."
    );

    /// <summary>Sockets closed because their client did not keep up.</summary>
    public static readonly Counter<long> SlowConsumers = Meter.CreateCounter<long>(
        "chatalot.socket.slow_consumers",
        null,
        "Sockets closed because their client lagged behind."
    );

    /// <summary>Open, authenticated sockets.</summary>
    public static readonly UpDownCounter<long> Sockets = Meter.CreateUpDownCounter<long>(
        "chatalot.socket.open",
        null,
        "Open, authenticated sockets."
    );

    /// <summary>
    /// From the moment when a message was durable and made ready for its listeners to the end of the write to a socket,
    /// for the oldest message of each write.
    /// </summary>
    public static readonly Histogram<double> Delivery = Meter.CreateHistogram<double>(
        "chatalot.message.delivery",
        "s",
        "From a message's commit to its bytes on a socket, the oldest message of each write."
    );

    private static readonly Counter<long> Disconnects = Meter.CreateCounter<long>(
        "chatalot.socket.disconnects",
        null,
        "Sockets that ended, by reason."
    );

    /// <summary>Has the counters there before something happens, so that the first event is seen as a step.</summary>
    public static void Announce()
    {
        FramesIn.Add(0);
        FramesOut.Add(0);
        SlowConsumers.Add(0);
        Sockets.Add(0);
    }

    /// <summary>Counts the end of a socket.</summary>
    /// <param name="code">What this server closed it with; null: the peer left or the line broke.</param>
    internal static void Ended(ushort? code) =>
        Disconnects.Add(
            1,
            new KeyValuePair<string, object?>(
                "reason",
                code switch
                {
                    null => "left",
                    CloseCode.Normal => "normal",
                    CloseCode.GoingAway => "server_shutdown",
                    CloseCode.PolicyViolation => "refused",
                    CloseCode.MessageTooBig => "too_big",
                    CloseCode.TryAgainLater => "too_slow",
                    _ => "other",
                }
            )
        );
}
