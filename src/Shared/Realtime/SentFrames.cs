namespace Chatalot.Shared.Realtime;

/// <summary>
/// The newest frames that went to one peer, counted by messages from the moment of its making, so that a peer that says
/// how many it received can be sent the others again. Bounded; callers hold the connection's lock.
/// </summary>
internal sealed class SentFrames(int maxFrames, int maxBytes)
{
    private readonly Queue<OutgoingFrame> kept = new();
    private long forgotten;
    private long total;
    private int bytes;

    public void Add(OutgoingFrame frame)
    {
        kept.Enqueue(frame);
        total += frame.Messages;
        bytes += frame.Bytes.Length;
        while (kept.Count > maxFrames || bytes > maxBytes)
        {
            var oldest = kept.Dequeue();
            forgotten += oldest.Messages;
            bytes -= oldest.Bytes.Length;
        }
    }

    /// <summary>
    /// What followed the first <paramref name="received"/> messages; null when it is not known any more.
    /// </summary>
    public List<OutgoingFrame>? After(long received)
    {
        if (received < forgotten || received > total)
            return null;
        var missed = new List<OutgoingFrame>();
        var number = forgotten;
        foreach (var frame in kept)
        {
            if (number + frame.Messages > received)
                missed.Add(received > number ? frame.Skip((int)(received - number)) : frame);
            number += frame.Messages;
        }
        return missed;
    }
}
