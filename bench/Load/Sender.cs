using Chatalot.Bench.Wire;

namespace Chatalot.Bench.Load;

/// <summary>The sending half of a member: one prepared frame whose stamp is rewritten for each message.</summary>
internal sealed class Sender
{
    private readonly byte[] _frame;
    private readonly int _stampAt;
    private readonly Queue<long> _sentAt = new();
    private uint _next;

    public Sender(int index, Guid channel, int bytes)
    {
        Index = index;
        _frame = ClientFrames.SendMessage(channel, bytes, out _stampAt);
    }

    /// <summary>Its number among the senders of the room; part of the stamp.</summary>
    public int Index { get; }

    public int Outstanding => _sentAt.Count;

    public long Acknowledged { get; private set; }

    public long Refused { get; private set; }

    /// <summary>Messages that others must receive: all that were sent, except those refused.</summary>
    public long Accepted => _next - Refused;

    /// <summary>Stamps the next message; the frame is valid until the next call.</summary>
    public ReadOnlySpan<byte> Next(long now)
    {
        new MessageStamp(now, Index, _next++).Write(_frame.AsSpan(_stampAt));
        _sentAt.Enqueue(now);
        return _frame;
    }

    /// <summary>
    /// Acknowledgements come in send order, so this one is for the oldest; returns when that was sent.
    /// </summary>
    public long Acknowledge()
    {
        Acknowledged++;
        return _sentAt.TryDequeue(out var sentAt)
            ? sentAt
            : throw new InvalidDataException("the server acknowledged more messages than were sent");
    }

    /// <summary>
    /// An error frame does not say what it answers; on a socket that only sends, it is the oldest message.
    /// </summary>
    public void Refuse()
    {
        Refused++;
        _sentAt.TryDequeue(out _);
    }
}
