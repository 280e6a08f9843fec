using System.Buffers.Binary;

namespace Chatalot.Shared.Media;

/// <summary>
/// PNG: a signature and chunks with a length, a name and a check sum (PNG third edition, section 5). Kept are the
/// chunks that draw, colour or animate; EXIF only as far as it turns the picture.
/// </summary>
internal static class PngContainer
{
    private const int HeadBytes = 8;
    private const int CheckBytes = 4;
    private const int MaxExifBytes = 64 * 1024;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    public static void Copy(ByteSource source, Stream target, ImageBounds bounds)
    {
        Span<byte> head = stackalloc byte[HeadBytes];
        source.Read(head);
        if (!head.SequenceEqual(Signature))
            throw MalformedImageException.Broken;
        target.Write(head);
        CopyHeader(source, target, bounds);

        var hasPixels = false;
        while (source.TryRead(head))
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(head);
            var name = head[4..];
            if (name.SequenceEqual("IEND"u8) && !hasPixels)
                throw MalformedImageException.Truncated;
            if (length > int.MaxValue || !IsName(name))
                throw MalformedImageException.Broken;
            if (name.SequenceEqual("IHDR"u8))
                throw MalformedImageException.Broken;
            if (name.SequenceEqual("fcTL"u8))
                CopyFrameControl(source, head, (int)length, target, bounds);
            else if (name.SequenceEqual("eXIf"u8) && length <= MaxExifBytes)
                CopyOrientation(source, (int)length, target);
            else if (IsNeeded(name))
            {
                target.Write(head);
                source.Copy(length + CheckBytes, target);
            }
            else
                source.Copy(length + CheckBytes, target: null);
            hasPixels |= name.SequenceEqual("IDAT"u8);
            if (name.SequenceEqual("IEND"u8))
                return; // what follows is not the picture
        }
        if (!hasPixels)
            throw MalformedImageException.Truncated;
        WriteChunk("IEND"u8, [], target);
    }

    private static void CopyHeader(ByteSource source, Stream target, ImageBounds bounds)
    {
        Span<byte> header = stackalloc byte[HeadBytes + 13 + CheckBytes];
        source.Read(header);
        if (BinaryPrimitives.ReadUInt32BigEndian(header) != 13 || !header[4..8].SequenceEqual("IHDR"u8))
            throw MalformedImageException.Broken;
        Check(header[8..], bounds);
        target.Write(header);
    }

    /// <summary>A frame of an animation announces a size of its own.</summary>
    private static void CopyFrameControl(
        ByteSource source,
        ReadOnlySpan<byte> head,
        int length,
        Stream target,
        ImageBounds bounds
    )
    {
        if (length != 26)
            throw MalformedImageException.Broken;
        Span<byte> control = stackalloc byte[26 + CheckBytes];
        source.Read(control);
        Check(control[4..], bounds);
        target.Write(head);
        target.Write(control);
    }

    private static void CopyOrientation(ByteSource source, int length, Stream target)
    {
        var exif = new byte[length];
        source.Read(exif);
        source.Copy(CheckBytes, target: null);
        if (ExifOrientation.Read(exif) is { } orientation)
            WriteChunk("eXIf"u8, ExifOrientation.Write(orientation), target);
    }

    private static void Check(ReadOnlySpan<byte> size, ImageBounds bounds)
    {
        var width = BinaryPrimitives.ReadUInt32BigEndian(size);
        var height = BinaryPrimitives.ReadUInt32BigEndian(size[4..]);
        if (width > int.MaxValue || height > int.MaxValue)
            throw MalformedImageException.Broken;
        bounds.Check((int)width, (int)height);
    }

    private static bool IsName(ReadOnlySpan<byte> name)
    {
        foreach (var letter in name)
            if (!char.IsAsciiLetter((char)letter))
                return false;
        return true;
    }

    private static bool IsNeeded(ReadOnlySpan<byte> name) =>
        System.Text.Encoding.ASCII.GetString(name)
            is "PLTE"
                or "IDAT"
                or "IEND"
                or "tRNS"
                or "cHRM"
                or "gAMA"
                or "iCCP"
                or "sBIT"
                or "sRGB"
                or "cICP"
                or "mDCV"
                or "cLLI"
                or "bKGD"
                or "hIST"
                or "pHYs"
                or "acTL"
                or "fdAT";

    private static void WriteChunk(ReadOnlySpan<byte> name, ReadOnlySpan<byte> content, Stream target)
    {
        var chunk = new byte[HeadBytes + content.Length + CheckBytes];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        name.CopyTo(chunk.AsSpan(4));
        content.CopyTo(chunk.AsSpan(HeadBytes));
        var check = Crc(chunk.AsSpan(4, 4 + content.Length));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(HeadBytes + content.Length), check);
        target.Write(chunk);
    }

    /// <summary>CRC-32 of ISO 3309, bit by bit: it is only ever asked for a few bytes.</summary>
    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ (0xEDB88320 & (0u - (crc & 1)));
        }
        return ~crc;
    }
}
