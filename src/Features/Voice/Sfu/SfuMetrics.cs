using System.Diagnostics.Metrics;

namespace Chatalot.Features.Voice.Sfu;

/// <summary>Instruments of the SFU, meter <c>Chatalot.Voice</c>. Without an SFU there are none.</summary>
internal static class SfuMetrics
{
    private static readonly Meter Meter = new("Chatalot.Voice");

    private static int? connected;
    private static int rooms;
    private static int feeds;

    static SfuMetrics()
    {
        Meter.CreateObservableGauge(
            "chatalot.voice.sfu.connected",
            () => connected is { } known ? [new Measurement<int>(known)] : Array.Empty<Measurement<int>>(),
            null,
            "1 while the SFU can be used, 0 while calls go on without."
        );
        Meter.CreateObservableGauge("chatalot.voice.sfu.rooms", () => rooms, null, "Calls with a room at the SFU.");
        Meter.CreateObservableGauge("chatalot.voice.sfu.participants", () => feeds, null, "People in these rooms.");
    }

    /// <summary>How it stands.</summary>
    public static void Show(bool isConnected, int roomCount) => (connected, rooms) = (isConnected ? 1 : 0, roomCount);

    /// <summary>The server stops.</summary>
    public static void Hide() => (connected, rooms) = (null, 0);

    /// <summary>How many are in rooms.</summary>
    public static void ShowFeeds(int count) => feeds = count;
}
