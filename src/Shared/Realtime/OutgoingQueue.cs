namespace Chatalot.Shared.Realtime;

/// <summary>
/// Frames that wait for one socket: a ring that starts empty, grows with need and is bounded in frames and bytes. The
/// ring holds references only, so a waiting delivery costs one slot. Callers hold the connection's lock.
/// </summary>
internal sealed class OutgoingQueue(int maxFrames, int maxBytes)
{
    private OutgoingFrame?[] ring = [];
    private int head;
    private int bytes;

    public int Count { get; private set; }

    public int Bytes => bytes;

    /// <summary>False when the bound is reached; nothing was added then.</summary>
    public bool TryAdd(OutgoingFrame frame)
    {
        if (Count >= maxFrames || (Count > 0 && bytes + frame.Bytes.Length > maxBytes))
            return false;
        AddUnbounded(frame);
        return true;
    }

    /// <summary>For the last words and control frames of a connection, which must not be lost to the bound.</summary>
    public void AddUnbounded(OutgoingFrame frame)
    {
        if (Count == ring.Length)
            Grow();
        ring[(head + Count) % ring.Length] = frame;
        Count++;
        bytes += frame.Bytes.Length;
    }

    public OutgoingFrame? Peek() => Count > 0 ? ring[head] : null;

    public OutgoingFrame Take()
    {
        var frame = ring[head]!;
        ring[head] = null;
        head = (head + 1) % ring.Length;
        Count--;
        bytes -= frame.Bytes.Length;
        return frame;
    }

    public void Clear()
    {
        ring = [];
        head = 0;
        Count = 0;
        bytes = 0;
    }

    private void Grow()
    {
        var larger = new OutgoingFrame?[Math.Max(4, ring.Length * 2)];
        for (var i = 0; i < Count; i++)
            larger[i] = ring[(head + i) % ring.Length];
        ring = larger;
        head = 0;
    }
}
