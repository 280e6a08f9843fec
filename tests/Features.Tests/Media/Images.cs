using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Chatalot.Features.Tests.Media;

/// <summary>Small pictures, built byte by byte, with something in them that must not be published.</summary>
internal static class Images
{
    /// <summary>Stands in every place where a picture may carry more than itself.</summary>
    public const string Secret = "GPS 53.5461N 9.9661E";

    public static byte[] Text => Encoding.ASCII.GetBytes(Secret);

    /// <summary>A TIFF block with an orientation and a description, big-endian as cameras write it.</summary>
    public static byte[] Tiff(byte orientation)
    {
        byte[] secret = Text;
        return
        [
            .. "MM\0*"u8,
            0,
            0,
            0,
            8,
            0,
            2, // entries
            0x01,
            0x0E,
            0,
            2, // description, ASCII
            0,
            0,
            0,
            (byte)secret.Length,
            0,
            0,
            0,
            38,
            0x01,
            0x12,
            0,
            3, // orientation, 16 bits
            0,
            0,
            0,
            1,
            0,
            orientation,
            0,
            0,
            0,
            0,
            0,
            0,
            .. secret,
        ];
    }

    /// <summary>
    /// JPEG with EXIF, XMP, a comment, a profile and something behind its end. No decoder would like its scan.
    /// </summary>
    public static byte[] Jpeg(ushort width = 8, ushort height = 4, byte orientation = 6) =>
        [
            0xFF,
            0xD8,
            .. Segment(0xE0, [.. "JFIF\0"u8, 1, 1, 0, 0, 1, 0, 1, 1, 1, 1, 2, 3]),
            .. Segment(0xE1, [.. "Exif\0\0"u8, .. Tiff(orientation)]),
            .. Segment(0xE1, [.. "http://ns.adobe.com/xap/1.0/\0"u8, .. Text]),
            .. Segment(0xE2, [.. "ICC_PROFILE\0"u8, 1, 1, .. "profile"u8]),
            .. Segment(0xE2, [.. "MPF\0"u8, .. Text]),
            .. Segment(0xED, Text),
            .. Segment(0xFE, Text),
            .. Segment(0xDB, new byte[65]),
            .. Segment(0xC0, [8, .. Big(height), .. Big(width), 1, 1, 0x11, 0]),
            .. Segment(0xC4, new byte[20]),
            .. Segment(0xDA, [1, 1, 0, 0, 63, 0]),
            .. "scan"u8,
            0xFF,
            0x00,
            0xFF,
            0xD0,
            .. "more"u8,
            0xFF,
            0xD9,
            .. Text,
        ];

    /// <summary>PNG with texts, a time, EXIF, a profile and something behind its end.</summary>
    public static byte[] Png(int width = 2, int height = 2, byte orientation = 1, bool isAnimated = false) =>
        [
            0x89,
            .. "PNG\r\n\x1A\n"u8,
            .. Chunk("IHDR", [.. Big(width), .. Big(height), 8, 2, 0, 0, 0]),
            .. Chunk("gAMA", Big(45455)),
            .. isAnimated ? Chunk("acTL", [.. Big(1), .. Big(0)]) : [],
            .. isAnimated
                ? Chunk("fcTL", [.. Big(0), .. Big(width), .. Big(height), .. new byte[14]])
                : Array.Empty<byte>(),
            .. Chunk("tEXt", Text),
            .. Chunk("iTXt", Text),
            .. Chunk("eXIf", Tiff(orientation)),
            .. Chunk("prVt", Text),
            .. Chunk("IDAT", Deflate(new byte[height * (width * 3 + 1)])),
            .. Chunk("IEND", []),
            .. Text,
        ];

    /// <summary>Extended WebP with EXIF, XMP and something behind its end.</summary>
    public static byte[] Webp(int width = 16, int height = 9, byte orientation = 8)
    {
        byte[] chunks =
        [
            .. Riff("VP8X", [0x2C, 0, 0, 0, .. Little24(width - 1), .. Little24(height - 1)]),
            .. Riff("ICCP", "profile"u8.ToArray()),
            .. Riff("VP8L", [0x2F, .. Little((uint)(width - 1) | ((uint)(height - 1) << 14)), 1, 2, 3]),
            .. Riff("EXIF", Tiff(orientation)),
            .. Riff("XMP ", Text),
            .. Riff("JUNK", Text),
        ];
        return [.. "RIFF"u8, .. Little((uint)chunks.Length + 4), .. "WEBP"u8, .. chunks, .. Text];
    }

    /// <summary>Animated GIF with a comment, XMP and something behind its end.</summary>
    public static byte[] Gif(ushort width = 3, ushort height = 5) =>
        [
            .. "GIF89a"u8,
            .. Little16(width),
            .. Little16(height),
            0x80,
            0,
            0,
            1,
            2,
            3,
            4,
            5,
            6,
            0x21,
            0xFF,
            11,
            .. "NETSCAPE2.0"u8,
            3,
            1,
            0,
            0,
            0,
            0x21,
            0xFF,
            11,
            .. "XMP DataXMP"u8,
            (byte)Text.Length,
            .. Text,
            0,
            0x21,
            0xFE,
            (byte)Text.Length,
            .. Text,
            0,
            0x21,
            0xF9,
            4,
            0,
            10,
            0,
            0,
            0,
            0x2C,
            0,
            0,
            0,
            0,
            .. Little16(width),
            .. Little16(height),
            0,
            2,
            2,
            0x44,
            0x01,
            0,
            0x3B,
            .. Text,
        ];

    public static byte[] Segment(byte marker, byte[] content) =>
        [0xFF, marker, .. Big((ushort)(content.Length + 2)), .. content];

    public static byte[] Chunk(string name, byte[] content) =>
        [.. Big(content.Length), .. Encoding.ASCII.GetBytes(name), .. content, .. Big((int)Crc(name, content))];

    private static byte[] Riff(string name, byte[] content) =>
        [
            .. Encoding.ASCII.GetBytes(name),
            .. Little((uint)content.Length),
            .. content,
            .. content.Length % 2 == 1 ? new byte[1] : [],
        ];

    /// <summary>
    /// A Windows bitmap, last row first, of red and blue columns. One that is too large has no pixels.
    /// </summary>
    public static byte[] Bitmap(int width, int height, int bits = 24)
    {
        byte[] colours = bits <= 8 ? [0, 0, 255, 0, 255, 0, 0, 0] : [];
        var stride = (int)(((long)width * bits + 31) / 32 * 4);
        var pixelsAt = 54 + colours.Length;
        var rows = new byte[width > 65_535 ? 100 : stride * height];
        for (var y = 0; width <= 65_535 && y < height; y++)
        for (var x = 0; x < width; x++)
            if (bits > 8)
                rows[y * stride + x * bits / 8 + (x % 2 == 0 ? 2 : 0)] = 255;
            else
                rows[y * stride + x * bits / 8] |= (byte)(x % 2 << (8 - bits - x * bits % 8));
        return
        [
            .. "BM"u8,
            .. Little((uint)(pixelsAt + rows.Length)),
            .. Little(0),
            .. Little((uint)pixelsAt),
            .. Little(40),
            .. Little((uint)width),
            .. Little((uint)height),
            .. Little16(1),
            .. Little16((ushort)bits),
            .. new byte[16],
            .. Little((uint)colours.Length / 4),
            .. Little(0),
            .. colours,
            .. rows,
        ];
    }

    private static byte[] Deflate(byte[] content)
    {
        using var target = new MemoryStream();
        using (var zlib = new ZLibStream(target, CompressionLevel.Optimal))
            zlib.Write(content);
        return target.ToArray();
    }

    private static uint Crc(string name, byte[] content)
    {
        var crc = uint.MaxValue;
        foreach (var value in (byte[])[.. Encoding.ASCII.GetBytes(name), .. content])
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 1 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        }
        return ~crc;
    }

    private static byte[] Big(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] Big(ushort value) => [(byte)(value >> 8), (byte)value];

    private static byte[] Little(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] Little16(ushort value) => [(byte)value, (byte)(value >> 8)];

    private static byte[] Little24(int value) => [(byte)value, (byte)(value >> 8), (byte)(value >> 16)];
}
