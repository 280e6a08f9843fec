using System.Buffers.Binary;

namespace Chatalot.Shared.Media;

/// <summary>The one entry of EXIF that a picture cannot do without: how to turn it (EXIF 2.32, tag 0x0112).</summary>
internal static class ExifOrientation
{
    private const ushort Tag = 0x0112;

    /// <summary>
    /// The orientation, 2 to 8, of a TIFF block; null when the picture is upright or the block is broken.
    /// </summary>
    public static byte? Read(ReadOnlySpan<byte> tiff)
    {
        if (tiff.Length < 8)
            return null;
        var isLittle = tiff[0] == 'I';
        if (!isLittle && tiff[0] != 'M')
            return null;
        var directory = UInt32(tiff[4..], isLittle);
        if (directory > tiff.Length - 2)
            return null;
        var entries = tiff[(int)directory..];
        var count = UInt16(entries, isLittle);
        for (entries = entries[2..]; count > 0 && entries.Length >= 12; count--, entries = entries[12..])
        {
            if (UInt16(entries, isLittle) == Tag)
                return UInt16(entries[8..], isLittle) is var value and >= 2 and <= 8 ? (byte)value : null;
        }
        return null;
    }

    /// <summary>A TIFF block that says nothing else.</summary>
    public static byte[] Write(byte orientation) =>
        [
            .. "II"u8,
            42,
            0,
            8,
            0,
            0,
            0,
            1, // one entry
            0,
            0x12,
            0x01,
            3, // a 16-bit number
            0,
            1, // one of them
            0,
            0,
            0,
            orientation,
            0,
            0,
            0,
            0, // no further directory
            0,
            0,
            0,
        ];

    private static ushort UInt16(ReadOnlySpan<byte> bytes, bool isLittle) =>
        isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private static uint UInt32(ReadOnlySpan<byte> bytes, bool isLittle) =>
        isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
