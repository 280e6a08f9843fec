using System.Buffers.Binary;

namespace Chatalot.Shared.Media;

/// <summary>
/// WebP: chunks in a RIFF file (RFC 9649). Kept are the chunks that draw, colour or animate; EXIF only as far as it
/// turns the picture. The file's own length stands in front, so the chunks are counted before they are copied.
/// </summary>
internal static class WebpContainer
{
    private const int HeadBytes = 8;
    private const int FileHeadBytes = 12;
    private const byte ExifFlag = 0x08;
    private const byte XmpFlag = 0x04;
    private const int MaxExifBytes = 64 * 1024;

    private readonly record struct Chunk(string Name, long Offset, uint Length)
    {
        public long PaddedLength => (long)Length + (Length & 1);
    }

    public static void Copy(Stream source, Stream target, ImageBounds bounds)
    {
        var start = source.Position;
        var chunks = ReadChunks(source, start, bounds);
        var exif = Orientation(source, chunks.Find(chunk => chunk.Name == "EXIF"));
        chunks.RemoveAll(chunk => !IsNeeded(chunk.Name));
        if (chunks.Count == 0 || bounds.Size is null)
            throw MalformedImageException.Broken;
        // EXIF is allowed in the extended form only.
        if (chunks[0].Name != "VP8X")
            exif = null;

        var length =
            4L + chunks.Sum(chunk => HeadBytes + chunk.PaddedLength) + (exif is null ? 0 : HeadBytes + exif.Length);
        if (length > uint.MaxValue)
            throw MalformedImageException.Broken;
        WriteHead("RIFF", (uint)length, target);
        target.Write("WEBP"u8);
        var buffer = new byte[64 * 1024];
        foreach (var chunk in chunks)
            CopyChunk(source, chunk, exif is not null, buffer, target);
        if (exif is null)
            return;
        WriteHead("EXIF", (uint)exif.Length, target);
        target.Write(exif);
    }

    private static List<Chunk> ReadChunks(Stream source, long start, ImageBounds bounds)
    {
        Span<byte> head = stackalloc byte[FileHeadBytes];
        source.ReadExactly(head);
        if (!head.StartsWith("RIFF"u8) || !head[8..].SequenceEqual("WEBP"u8))
            throw MalformedImageException.Broken;
        // What follows the announced end is not the picture.
        var end = Math.Min(source.Length, start + HeadBytes + BinaryPrimitives.ReadUInt32LittleEndian(head[4..]));
        var chunks = new List<Chunk>();
        for (var at = start + FileHeadBytes; at + HeadBytes <= end; at += HeadBytes + chunks[^1].PaddedLength)
        {
            if (chunks.Count == 100_000)
                throw MalformedImageException.Broken;
            source.Position = at;
            source.ReadExactly(head[..HeadBytes]);
            var name = System.Text.Encoding.ASCII.GetString(head[..4]);
            var chunk = new Chunk(name, at + HeadBytes, BinaryPrimitives.ReadUInt32LittleEndian(head[4..]));
            if (chunk.Offset + chunk.Length > end)
                throw MalformedImageException.Truncated;
            chunks.Add(chunk);
            CheckSize(source, chunk, bounds);
        }
        return chunks;
    }

    private static void CheckSize(Stream source, Chunk chunk, ImageBounds bounds)
    {
        Span<byte> content = stackalloc byte[16];
        content.Clear();
        source.ReadAtLeast(content[..(int)Math.Min(content.Length, chunk.Length)], (int)Math.Min(16, chunk.Length));
        switch (chunk.Name)
        {
            case "VP8X":
                bounds.Check(UInt24(content[4..]) + 1, UInt24(content[7..]) + 1);
                break;
            case "ANMF":
                bounds.Check(UInt24(content[6..]) + 1, UInt24(content[9..]) + 1);
                break;
            case "VP8 ":
                bounds.Check(
                    BinaryPrimitives.ReadUInt16LittleEndian(content[6..]) & 0x3FFF,
                    BinaryPrimitives.ReadUInt16LittleEndian(content[8..]) & 0x3FFF
                );
                break;
            case "VP8L":
                var bits = BinaryPrimitives.ReadUInt32LittleEndian(content[1..]);
                bounds.Check((int)(bits & 0x3FFF) + 1, (int)((bits >> 14) & 0x3FFF) + 1);
                break;
        }
    }

    private static byte[]? Orientation(Stream source, Chunk exif)
    {
        if (exif.Length is 0 or > MaxExifBytes)
            return null;
        var content = new byte[exif.Length];
        source.Position = exif.Offset;
        source.ReadExactly(content);
        // Some writers repeat the name that only JPEG needs.
        var tiff = content.AsSpan().StartsWith("Exif\0\0"u8) ? content.AsSpan(6) : content;
        return ExifOrientation.Read(tiff) is { } orientation ? ExifOrientation.Write(orientation) : null;
    }

    private static void CopyChunk(Stream source, Chunk chunk, bool hasExif, byte[] buffer, Stream target)
    {
        source.Position = chunk.Offset;
        WriteHead(chunk.Name, chunk.Length, target);
        var isFirst = true;
        for (long rest = chunk.Length; rest > 0; isFirst = false)
        {
            var piece = buffer.AsSpan(0, (int)Math.Min(rest, buffer.Length));
            source.ReadExactly(piece);
            if (isFirst && chunk.Name == "VP8X")
                piece[0] = (byte)(piece[0] & ~(ExifFlag | XmpFlag) | (hasExif ? ExifFlag : 0));
            target.Write(piece);
            rest -= piece.Length;
        }
        if ((chunk.Length & 1) == 1)
            target.WriteByte(0);
    }

    private static bool IsNeeded(string name) =>
        name is "VP8X" or "VP8 " or "VP8L" or "ALPH" or "ANIM" or "ANMF" or "ICCP";

    private static void WriteHead(string name, uint length, Stream target)
    {
        Span<byte> head = stackalloc byte[HeadBytes];
        System.Text.Encoding.ASCII.GetBytes(name, head);
        BinaryPrimitives.WriteUInt32LittleEndian(head[4..], length);
        target.Write(head);
    }

    private static int UInt24(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
}
