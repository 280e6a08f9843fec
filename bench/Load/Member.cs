using System.Numerics;
using Chatalot.Bench.Wire;

namespace Chatalot.Bench.Load;

/// <summary>
/// One socket in a room. Checks each delivery as it comes: every sender's messages must arrive one after another
/// without a hole, and the order across senders is folded into a hash (kept as a list where members differ in what they
/// see).
/// </summary>
internal sealed class Member(LoadLoop loop, ClientSocket socket, int senders, Sender? sender, bool keepsLog)
    : IFrameSink
{
    private readonly uint[] _nextOf = new uint[senders];
    private int _stampAt;

    public ClientSocket Socket => socket;

    public Sender? Sender => sender;

    /// <summary>True for members that are read at once; the others are read every few milliseconds.</summary>
    public required bool IsPrompt { get; init; }

    /// <summary>Its place in the loop that reads it.</summary>
    public int Tag { get; set; }

    public List<ulong>? Log { get; } = keepsLog ? new List<ulong>(1024) : null;

    public ulong OrderHash { get; private set; }

    public long Received { get; private set; }

    public long Duplicates { get; private set; }

    public bool IsClosed { get; set; }

    public void OnText(ReadOnlySpan<byte> json)
    {
        switch (ServerFrame.KindOf(json))
        {
            case FrameKind.NewMessage:
                OnMessage(json);
                break;
            case FrameKind.MessageSent when sender is not null:
                loop.OnAcknowledged(this, sender.Acknowledge());
                break;
            case FrameKind.Error:
                sender?.Refuse();
                loop.OnRefused(this, ServerFrame.ErrorOf(json));
                break;
        }
    }

    private void OnMessage(ReadOnlySpan<byte> json)
    {
        _stampAt = MessageStamp.Locate(json, _stampAt);
        if (_stampAt < 0)
            return;
        var stamp = MessageStamp.Read(json[_stampAt..]);
        ref var next = ref _nextOf[stamp.Sender];
        if (stamp.Sequence < next)
        {
            Duplicates++;
            return;
        }
        next = stamp.Sequence + 1;
        Received++;
        var identity = ((ulong)stamp.Sender << 32) | stamp.Sequence;
        OrderHash = BitOperations.RotateLeft(OrderHash ^ identity, 23) * 0x9E37_79B9_7F4A_7C15;
        Log?.Add(identity);
        loop.OnDelivered(json.Length, IsPrompt ? stamp.SentAt : null);
    }
}
