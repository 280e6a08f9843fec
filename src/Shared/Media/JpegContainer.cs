using System.Buffers.Binary;

namespace Chatalot.Shared.Media;

/// <summary>
/// JPEG: a row of marked segments and entropy-coded data (ITU-T T.81, annex B). Kept are tables, frames, scans, the
/// density (JFIF), the colour profile (ICC) and the colour transform (Adobe); EXIF only as far as it turns the picture.
/// </summary>
internal static class JpegContainer
{
    private const byte Mark = 0xFF;
    private const int StartOfImage = 0xD8;
    private const int EndOfImage = 0xD9;
    private const int StartOfScan = 0xDA;

    public static void Copy(ByteSource source, Stream target, ImageBounds bounds)
    {
        if (source.ReadByte() != Mark || source.ReadByte() != StartOfImage)
            throw MalformedImageException.Broken;
        target.Write([Mark, StartOfImage]);

        var payload = new byte[ushort.MaxValue];
        var isTurned = false;
        var marker = NextMarker(source);
        while (marker is not EndOfImage and >= 0)
        {
            if (marker is >= 0xD0 and <= 0xD8 or 0x01)
                throw MalformedImageException.Broken;
            var length = source.ReadUInt16() - 2;
            if (length < 0)
                throw MalformedImageException.Broken;
            var segment = payload.AsSpan(0, length);
            source.Read(segment);

            if (IsFrame(marker))
                CheckFrame(segment, bounds);
            if (marker == 0xE1 && !isTurned)
                isTurned = WriteOrientation(segment, target);
            else
                WriteIfNeeded(marker, segment, target);
            marker =
                marker == StartOfScan && bounds.Size is not null ? CopyScan(source, target)
                : marker == StartOfScan ? throw MalformedImageException.Broken
                : NextMarker(source);
        }
        if (bounds.Size is null)
            throw MalformedImageException.Truncated;
        // What follows the end (a second picture, a film, an archive) is not the picture; a lost end is put back.
        target.Write([Mark, EndOfImage]);
    }

    /// <summary>The next marker behind any filling; -1 at the end of the file.</summary>
    private static int NextMarker(ByteSource source)
    {
        var next = source.ReadByte();
        if (next < 0)
            return -1;
        if (next != Mark)
            throw MalformedImageException.Broken;
        while (next == Mark)
            next = source.ReadByte();
        return next;
    }

    /// <summary>
    /// Copies coded data with its restart marks and returns the marker that ends it; -1 at the end of the file.
    /// </summary>
    private static int CopyScan(ByteSource source, Stream target)
    {
        while (source.CopyUntil(Mark, target))
        {
            var next = source.ReadByte();
            while (next == Mark)
                next = source.ReadByte();
            if (next is not (0 or >= 0xD0 and <= 0xD7))
                return next;
            target.Write([Mark, (byte)next]);
        }
        return -1;
    }

    private static bool IsFrame(int marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);

    private static void CheckFrame(ReadOnlySpan<byte> segment, ImageBounds bounds)
    {
        if (segment.Length < 6)
            throw MalformedImageException.Broken;
        bounds.Check(
            width: BinaryPrimitives.ReadUInt16BigEndian(segment[3..]),
            height: BinaryPrimitives.ReadUInt16BigEndian(segment[1..])
        );
    }

    private static bool WriteOrientation(ReadOnlySpan<byte> segment, Stream target)
    {
        var name = "Exif\0\0"u8;
        if (!segment.StartsWith(name) || ExifOrientation.Read(segment[name.Length..]) is not { } orientation)
            return false;
        WriteSegment(0xE1, [.. name, .. ExifOrientation.Write(orientation)], target);
        return true;
    }

    private static void WriteIfNeeded(int marker, Span<byte> segment, Stream target)
    {
        switch (marker)
        {
            case 0xE0 when segment.StartsWith("JFIF\0"u8) && segment.Length >= 14:
                // The thumbnail may still show what was cut away.
                segment[12] = segment[13] = 0;
                WriteSegment(marker, segment[..14], target);
                break;
            case 0xE2 when segment.StartsWith("ICC_PROFILE\0"u8):
            case 0xEE when segment.StartsWith("Adobe"u8):
            case >= 0xC0 and <= 0xCF:
            case >= 0xDA and <= 0xDF:
                WriteSegment(marker, segment, target);
                break;
        }
    }

    private static void WriteSegment(int marker, ReadOnlySpan<byte> segment, Stream target)
    {
        Span<byte> head = [Mark, (byte)marker, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(head[2..], (ushort)(segment.Length + 2));
        target.Write(head);
        target.Write(segment);
    }
}
