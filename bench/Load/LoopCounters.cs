namespace Chatalot.Bench.Load;

/// <summary>What one loop counted; the totals by phase, the latencies in the measured phase alone.</summary>
internal sealed class LoopCounters
{
    public long[] Acknowledged { get; } = new long[3];

    public long[] Delivered { get; } = new long[3];

    public LatencyHistogram AcknowledgeLatency { get; } = new();

    public LatencyHistogram DeliveryLatency { get; } = new();

    public int ClosedSockets { get; set; }

    /// <summary>Size of the last <c>new_message</c>, so that two servers can be seen to send the same amount.</summary>
    public int FrameBytes { get; set; }

    public Dictionary<string, long> Errors { get; } = [];
}
