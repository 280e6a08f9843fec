using System.Buffers;
using System.Buffers.Binary;

namespace Chatalot.Shared.Realtime;

/// <summary>
/// One or more WebSocket messages as they go over the wire, header included. Frames from a server carry no mask
/// (RFC 6455 5.1), so the same bytes serve every recipient: a message for a room is made once, whoever many receive it.
/// </summary>
public sealed class OutgoingFrame
{
    private const byte FinalText = 0x81;
    private const byte FinalClose = 0x88;
    private const int LargestHeader = 10;

    private OutgoingFrame(ReadOnlyMemory<byte> bytes, int messages)
    {
        Bytes = bytes;
        Messages = messages;
    }

    /// <summary>The bytes as they go over the wire.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>How many messages the bytes hold.</summary>
    public int Messages { get; }

    /// <summary>
    /// When it was made (<see cref="System.Diagnostics.Stopwatch"/>), for frames whose way is timed; else 0.
    /// </summary>
    internal long MadeAt { get; private init; }

    /// <summary>A text message.</summary>
    public static OutgoingFrame Text(ReadOnlySpan<byte> utf8)
    {
        var bytes = new byte[HeaderLength(utf8.Length) + utf8.Length];
        utf8.CopyTo(bytes.AsSpan(WriteHeader(bytes, FinalText, utf8.Length)));
        return new OutgoingFrame(bytes, 1);
    }

    /// <summary>A close frame (RFC 6455 7.4) with its reason, at most 123 bytes.</summary>
    public static OutgoingFrame Close(ushort code, ReadOnlySpan<byte> reason)
    {
        reason = reason[..Math.Min(reason.Length, 123)];
        var bytes = new byte[4 + reason.Length];
        var header = WriteHeader(bytes, FinalClose, 2 + reason.Length);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(header), code);
        reason.CopyTo(bytes.AsSpan(header + 2));
        return new OutgoingFrame(bytes, 1);
    }

    /// <summary>A frame that somebody else has already put into wire form.</summary>
    internal static OutgoingFrame Ready(ReadOnlySpan<byte> wire) => new(wire.ToArray(), 1);

    /// <summary>The same without the first of its messages.</summary>
    internal OutgoingFrame Skip(int messages)
    {
        var rest = Bytes;
        for (var i = 0; i < messages; i++)
        {
            var length = rest.Span[1] switch
            {
                126 => 4 + BinaryPrimitives.ReadUInt16BigEndian(rest.Span[2..]),
                127 => LargestHeader + (int)BinaryPrimitives.ReadInt64BigEndian(rest.Span[2..]),
                var small => 2 + small,
            };
            rest = rest[length..];
        }
        return new OutgoingFrame(rest, Messages - messages);
    }

    private static int HeaderLength(int payload) =>
        payload switch
        {
            < 126 => 2,
            <= ushort.MaxValue => 4,
            _ => LargestHeader,
        };

    private static int WriteHeader(Span<byte> target, byte first, int payload)
    {
        target[0] = first;
        switch (payload)
        {
            case < 126:
                target[1] = (byte)payload;
                return 2;
            case <= ushort.MaxValue:
                target[1] = 126;
                BinaryPrimitives.WriteUInt16BigEndian(target[2..], (ushort)payload);
                return 4;
            default:
                target[1] = 127;
                BinaryPrimitives.WriteInt64BigEndian(target[2..], payload);
                return LargestHeader;
        }
    }

    /// <summary>
    /// Collects several text messages into one frame, so that a batch costs one queue slot and one write.
    /// </summary>
    public sealed class Builder
    {
        private ArrayBufferWriter<byte>? bytes;
        private int messages;

        /// <summary>
        /// Adds a text message and returns where it stands, for <see cref="Build(IEnumerable{Range})"/>.
        /// </summary>
        public Range Add(ReadOnlySpan<byte> utf8)
        {
            // Mostly there is one message, which then takes no more than it needs.
            bytes ??= new(LargestHeader + utf8.Length);
            var start = bytes.WrittenCount;
            var span = bytes.GetSpan(LargestHeader + utf8.Length);
            var header = WriteHeader(span, FinalText, utf8.Length);
            utf8.CopyTo(span[header..]);
            bytes.Advance(header + utf8.Length);
            messages++;
            return start..bytes.WrittenCount;
        }

        /// <summary>All collected messages. Nothing may be added afterwards.</summary>
        public OutgoingFrame Build() =>
            new(bytes?.WrittenMemory ?? default, messages) { MadeAt = System.Diagnostics.Stopwatch.GetTimestamp() };

        /// <summary>Only these of the collected messages; null for none.</summary>
        public OutgoingFrame? Build(IEnumerable<Range> parts)
        {
            ArrayBufferWriter<byte>? part = null;
            var count = 0;
            foreach (var range in parts)
            {
                part ??= new(bytes!.WrittenCount);
                part.Write(bytes!.WrittenSpan[range]);
                count++;
            }
            return part is null ? null : new OutgoingFrame(part.WrittenMemory, count);
        }
    }
}
