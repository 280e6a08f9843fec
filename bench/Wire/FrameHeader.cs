using System.Buffers.Binary;

namespace Chatalot.Bench.Wire;

internal enum Opcode
{
    Text = 1,
    Close = 8,
    Ping = 9,
    Pong = 10,
}

/// <summary>A WebSocket frame header as a server sends it: unmasked (RFC 6455, 5.2).</summary>
internal readonly record struct FrameHeader(Opcode Opcode, int Size, int PayloadSize)
{
    /// <summary>False when <paramref name="bytes"/> ends before the header does.</summary>
    /// <exception cref="InvalidDataException">A fragmented, masked or absurdly long frame.</exception>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out FrameHeader header)
    {
        header = default;
        if (bytes.Length < 2)
            return false;
        var shortSize = bytes[1];
        var size = shortSize switch
        {
            < 126 => 2,
            126 => 4,
            127 => 10,
            _ => throw new InvalidDataException("the server sent a masked frame"),
        };
        if (bytes.Length < size)
            return false;
        if ((bytes[0] & 0xF0) != 0x80)
            throw new InvalidDataException("the server sent a fragmented or compressed frame");
        var payload = size switch
        {
            2 => shortSize,
            4 => BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
            _ => BinaryPrimitives.ReadUInt64BigEndian(bytes[2..]),
        };
        if (payload > int.MaxValue / 2)
            throw new InvalidDataException($"the server sent a frame of {payload} bytes");
        header = new FrameHeader((Opcode)(bytes[0] & 0x0F), size, (int)payload);
        return true;
    }
}
