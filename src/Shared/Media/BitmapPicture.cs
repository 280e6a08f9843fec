using System.Buffers.Binary;

namespace Chatalot.Shared.Media;

/// <summary>
/// Writes a Windows bitmap again as an uncompressed TIFF, row by row: the thumbnail program reads bitmaps only by a
/// loader that is not made for strangers' files.
/// </summary>
public static class BitmapPicture
{
    private const int RowsPerStrip = 64;
    private const int Tags = 11;
    private const ushort Short = 3;
    private const ushort Long = 4;

    /// <summary>Whether the beginning of a file announces a bitmap that can be written again.</summary>
    public static bool IsReadable(ReadOnlySpan<byte> head) => BitmapHeader.Read(head) is not null;

    /// <summary>False when the bitmap cannot be read; the target holds something useless then.</summary>
    public static bool TryWriteTiff(Stream bitmap, Stream target)
    {
        try
        {
            var head = new byte[BitmapHeader.Bytes];
            bitmap.ReadExactly(head);
            if (BitmapHeader.Read(head) is not { } header)
                return false;
            var beginning = new byte[header.PixelsAt <= 4096 ? Math.Max(header.PixelsAt, head.Length) : 0];
            if (beginning.Length == 0)
                return false;
            head.CopyTo(beginning, 0);
            bitmap.ReadExactly(beginning.AsSpan(head.Length));
            WriteHeader(header, target);
            // Rows may begin within the part that was read as header.
            var rows = new RowSource(bitmap, beginning.AsMemory(header.PixelsAt));
            var colours = beginning.AsSpan(header.ColoursAt, header.Colours * 4);
            WriteRows(header, colours, rows, target);
            return true;
        }
        catch (EndOfStreamException)
        {
            return false;
        }
    }

    private static void WriteRows(BitmapHeader header, ReadOnlySpan<byte> colours, RowSource source, Stream target)
    {
        var row = new byte[header.Stride];
        var pixels = new byte[header.Width * 3];
        for (var y = 0; y < header.Height; y++)
        {
            source.Read(row);
            for (var x = 0; x < header.Width; x++)
            {
                var colour = header.BitsPerPixel switch
                {
                    24 => row.AsSpan(x * 3, 3),
                    32 => row.AsSpan(x * 4, 3),
                    _ => Colour(colours, NumberAt(row, x, header.BitsPerPixel)),
                };
                (pixels[x * 3], pixels[(x * 3) + 1], pixels[(x * 3) + 2]) = (colour[2], colour[1], colour[0]);
            }
            target.Write(pixels);
        }
    }

    private static int NumberAt(byte[] row, int x, int bits)
    {
        var at = x * bits;
        return (row[at / 8] >> (8 - bits - (at % 8))) & ((1 << bits) - 1);
    }

    /// <summary>A number that has no colour is black.</summary>
    private static ReadOnlySpan<byte> Colour(ReadOnlySpan<byte> colours, int number) =>
        number * 4 < colours.Length ? colours.Slice(number * 4, 3) : [0, 0, 0];

    /// <summary>TIFF 6.0, sections 2 and 6. The orientation says where the first row belongs.</summary>
    private static void WriteHeader(BitmapHeader header, Stream target)
    {
        var strips = (header.Height + RowsPerStrip - 1) / RowsPerStrip;
        const int bitsAt = 8 + 2 + (Tags * 12) + 4;
        const int offsetsAt = bitsAt + 6;
        var countsAt = offsetsAt + (strips * 4);
        var pixelsAt = countsAt + (strips * 4);
        var rowBytes = header.Width * 3;
        var bytes = new byte[pixelsAt];
        "II*\0"u8.CopyTo(bytes);
        Put32(bytes, 4, 8);
        Put16(bytes, 8, Tags);
        var at = 10;
        Tag(256, Long, 1, header.Width);
        Tag(257, Long, 1, header.Height);
        Tag(258, Short, 3, bitsAt);
        Tag(259, Short, 1, 1); // not compressed
        Tag(262, Short, 1, 2); // red, green, blue
        Tag(273, Long, strips, strips == 1 ? pixelsAt : offsetsAt);
        Tag(274, Short, 1, header.IsBottomUp ? 4 : 1);
        Tag(277, Short, 1, 3);
        Tag(278, Long, 1, RowsPerStrip);
        Tag(279, Long, strips, strips == 1 ? header.Height * rowBytes : countsAt);
        Tag(284, Short, 1, 1);
        for (var i = 0; i < 3; i++)
            Put16(bytes, bitsAt + (i * 2), 8);
        for (var strip = 0; strip < strips; strip++)
        {
            Put32(bytes, offsetsAt + (strip * 4), pixelsAt + (strip * RowsPerStrip * rowBytes));
            var rows = Math.Min(RowsPerStrip, header.Height - (strip * RowsPerStrip));
            Put32(bytes, countsAt + (strip * 4), rows * rowBytes);
        }
        target.Write(bytes);

        void Tag(ushort tag, ushort type, int count, int value)
        {
            Put16(bytes, at, tag);
            Put16(bytes, at + 2, type);
            Put32(bytes, at + 4, count);
            Put32(bytes, at + 8, value);
            at += 12;
        }
    }

    private static void Put16(Span<byte> bytes, int at, int value) =>
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[at..], (ushort)value);

    private static void Put32(Span<byte> bytes, int at, int value) =>
        BinaryPrimitives.WriteInt32LittleEndian(bytes[at..], value);

    /// <summary>What was read already, then the stream.</summary>
    private sealed class RowSource(Stream stream, ReadOnlyMemory<byte> ahead)
    {
        public void Read(Span<byte> row)
        {
            var known = Math.Min(row.Length, ahead.Length);
            ahead.Span[..known].CopyTo(row);
            ahead = ahead[known..];
            stream.ReadExactly(row[known..]);
        }
    }
}
