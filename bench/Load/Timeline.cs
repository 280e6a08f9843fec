namespace Chatalot.Bench.Load;

internal enum Phase
{
    Warmup,
    Measure,
    Drain,
}

/// <summary>When a run starts to count and when it stops to send, in microseconds of the clock.</summary>
internal sealed record Timeline(long Start, long MeasureFrom, long MeasureUntil)
{
    public Phase PhaseAt(long now) =>
        now < MeasureFrom ? Phase.Warmup
        : now < MeasureUntil ? Phase.Measure
        : Phase.Drain;
}
