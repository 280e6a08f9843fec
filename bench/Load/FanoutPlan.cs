namespace Chatalot.Bench.Load;

/// <summary>
/// A fan-out load: <paramref name="Rooms"/> channels of <paramref name="Members"/> sockets each, of which
/// <paramref name="Senders"/> send texts of <paramref name="Bytes"/> bytes. With <paramref name="Rate"/> null each
/// sender keeps <paramref name="Outstanding"/> messages unacknowledged (closed loop); otherwise all senders together
/// send that many messages a second, come what may.
/// </summary>
internal sealed record FanoutPlan(
    int Rooms,
    int Members,
    int Senders,
    int Outstanding,
    double Seconds,
    int Bytes = 300,
    double? Rate = null,
    double WarmupSeconds = 2,
    int Threads = 1
)
{
    /// <summary>One receiver in this many has its delivery latency measured, at least one in each room.</summary>
    public const int LatencySample = 16;
}
