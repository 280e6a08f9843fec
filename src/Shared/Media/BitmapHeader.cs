using System.Buffers.Binary;

namespace Chatalot.Shared.Media;

/// <summary>
/// What the beginning of a Windows bitmap says (BITMAPFILEHEADER and BITMAPINFOHEADER or a later one).
/// </summary>
/// <param name="Width">Pixels of a row.</param>
/// <param name="Height">Rows.</param>
/// <param name="IsBottomUp">The last row comes first.</param>
/// <param name="BitsPerPixel">1, 4, 8: numbers of colours; 24, 32: blue, green, red.</param>
/// <param name="ColoursAt">Where the colours stand.</param>
/// <param name="Colours">How many colours there are.</param>
/// <param name="PixelsAt">Where the rows begin.</param>
internal readonly record struct BitmapHeader(
    int Width,
    int Height,
    bool IsBottomUp,
    int BitsPerPixel,
    int ColoursAt,
    int Colours,
    int PixelsAt
)
{
    /// <summary>Up to the masks of the colours, which only some have.</summary>
    public const int Bytes = 66;

    /// <summary>A picture of more pixels gets no thumbnail: it would take seconds.</summary>
    public const long MaxPixels = 40_000_000;

    /// <summary>Rows are held in memory, one at a time.</summary>
    private const int MaxWidth = 65_535;
    private const int FileHeaderBytes = 14;
    private const int InfoHeaderBytes = 40;
    private const uint Uncompressed = 0;
    private const uint Masks = 3;

    /// <summary>Bytes of a row as it is stored: whole groups of four.</summary>
    public int Stride => (int)((((long)Width * BitsPerPixel) + 31) / 32 * 4);

    /// <summary>Null for what is damaged, compressed or rarely seen.</summary>
    public static BitmapHeader? Read(ReadOnlySpan<byte> head)
    {
        if (head.Length < Bytes || !head.StartsWith("BM"u8))
            return null;
        var info = head[FileHeaderBytes..];
        var infoBytes = Number(info);
        var (width, height) = ((long)(int)Number(info[4..]), (long)(int)Number(info[8..]));
        var bits = BinaryPrimitives.ReadUInt16LittleEndian(info[14..]);
        var compression = Number(info[16..]);
        var colours = bits <= 8 ? (long)Number(info[32..]) : 0;
        if (bits <= 8 && colours == 0)
            colours = 1L << bits;
        var coloursAt = FileHeaderBytes + (long)infoBytes;
        var pixelsAt = (long)Number(head[10..]);
        var isKnown =
            infoBytes is >= InfoHeaderBytes and <= 1024
            && (
                compression == Uncompressed || (compression == Masks && bits == 32 && AreUsual(info[InfoHeaderBytes..]))
            )
            && bits is 1 or 4 or 8 or 24 or 32;
        return
            isKnown
            && width is > 0 and <= MaxWidth
            && height is not 0
            && Math.Abs(height) * width <= MaxPixels
            && colours <= 256
            && pixelsAt >= coloursAt + (colours * 4)
            && pixelsAt <= int.MaxValue
            ? new BitmapHeader(
                (int)width,
                (int)Math.Abs(height),
                height > 0,
                bits,
                (int)coloursAt,
                (int)colours,
                (int)pixelsAt
            )
            : null;
    }

    private static bool AreUsual(ReadOnlySpan<byte> masks) =>
        Number(masks) == 0xFF0000 && Number(masks[4..]) == 0xFF00 && Number(masks[8..]) == 0xFF;

    private static uint Number(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
