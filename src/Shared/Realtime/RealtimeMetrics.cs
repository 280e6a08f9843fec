using System.Diagnostics.Metrics;

namespace Chatalot.Shared.Realtime;

/// <summary>Instruments of the socket layer, meter <c>Chatalot.Realtime</c>.</summary>
public static class RealtimeMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Chatalot.Realtime";

    private static readonly Meter Meter = new(MeterName);

    /// <summary>Text messages read from clients.</summary>
    public static readonly Counter<long> FramesIn = Meter.CreateCounter<long>("chatalot.socket.frames_in");

    /// <summary>Messages handed to sockets.</summary>
    public static readonly Counter<long> FramesOut = Meter.CreateCounter<long>("chatalot.socket.frames_out");

    /// <summary>Sockets closed because their client did not keep up.</summary>
    public static readonly Counter<long> SlowConsumers = Meter.CreateCounter<long>("chatalot.socket.slow_consumers");

    /// <summary>Open, authenticated sockets.</summary>
    public static readonly UpDownCounter<long> Sockets = Meter.CreateUpDownCounter<long>("chatalot.socket.open");
}
