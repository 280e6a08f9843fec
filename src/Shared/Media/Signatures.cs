namespace Chatalot.Shared.Media;

/// <summary>
/// Formats by their leading bytes (contract, files.md section 5), and by a look behind them where those are words.
/// </summary>
internal static class Signatures
{
    private const string Mp4 = "video/mp4";

    /// <summary>The media type, or null when no signature fits.</summary>
    /// <param name="head">Beginning of the file.</param>
    /// <param name="text">The same as text: what is text and only begins like a format is text.</param>
    public static string? Of(ReadOnlySpan<byte> head, TextHead? text) =>
        Picture(head, text is not null)
        ?? Sound(head, text is not null)
        ?? Film(head)
        ?? (head.StartsWith("%PDF"u8) ? "application/pdf" : null)
        ?? Archive(head, text is not null);

    private static string? Picture(ReadOnlySpan<byte> head, bool isText)
    {
        if (head.StartsWith<byte>([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
            return "image/png";
        if (head.StartsWith<byte>([0xFF, 0xD8, 0xFF]))
            return "image/jpeg";
        if (head.StartsWith("GIF87a"u8) || head.StartsWith("GIF89a"u8))
            return "image/gif";
        if (IsRiff(head, "WEBP"u8))
            return "image/webp";
        return head.StartsWith("BM"u8) && head.Length >= 6 && !isText ? "image/bmp" : null;
    }

    private static string? Sound(ReadOnlySpan<byte> head, bool isText)
    {
        if (head.StartsWith("ID3"u8) && !(isText && head.Length > 3 && head[3] >= ' '))
            return "audio/mpeg"; // a tag goes on with its version, a sentence with a character
        if (head.Length >= 2 && head[0] == 0xFF && head[1] is 0xFB or 0xF3 or 0xF2)
            return "audio/mpeg";
        if (head.StartsWith("OggS"u8))
            return "audio/ogg";
        if (head.StartsWith("fLaC"u8))
            return "audio/flac";
        return IsRiff(head, "WAVE"u8) ? "audio/wav" : null;
    }

    private static string? Film(ReadOnlySpan<byte> head)
    {
        if (head.Length >= 8 && head[4..8].SequenceEqual("ftyp"u8))
            return head.Length >= 12 ? OfBrand(head[8..12]) : Mp4;
        return head.StartsWith<byte>([0x1A, 0x45, 0xDF, 0xA3]) ? "video/webm" : null;
    }

    /// <summary>The brand tells still pictures and sound from films (ISO/IEC 14496-12, section 4.3).</summary>
    private static string OfBrand(ReadOnlySpan<byte> brand) =>
        System.Text.Encoding.Latin1.GetString(brand) switch
        {
            "avif" or "avis" => "image/avif",
            "heic" or "heix" or "hevc" or "hevx" or "heim" or "heis" => "image/heic",
            "mif1" or "msf1" => "image/heif",
            "M4A " or "M4B " or "M4P " => "audio/mp4",
            "qt  " => "video/quicktime",
            _ => Mp4,
        };

    private static string? Archive(ReadOnlySpan<byte> head, bool isText)
    {
        if (head.StartsWith<byte>([0x50, 0x4B, 0x03, 0x04]) || head.StartsWith<byte>([0x50, 0x4B, 0x05, 0x06]))
            return "application/zip"; // the latter is an empty one
        if (head.StartsWith<byte>([0x1F, 0x8B]))
            return "application/gzip";
        if (head.StartsWith("BZh"u8) && (!isText || head.Length >= 10 && head[4..10].SequenceEqual("1AY&SY"u8)))
            return "application/x-bzip2";
        if (head.StartsWith<byte>([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]))
            return "application/x-xz";
        if (head.StartsWith<byte>([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]))
            return "application/x-7z-compressed";
        if (head.StartsWith<byte>([0x52, 0x61, 0x72, 0x21, 0x1A, 0x07]))
            return "application/x-rar-compressed";
        return head.StartsWith<byte>([0x00, 0x61, 0x73, 0x6D]) ? "application/wasm" : null;
    }

    private static bool IsRiff(ReadOnlySpan<byte> head, ReadOnlySpan<byte> form) =>
        head.Length >= 12 && head.StartsWith("RIFF"u8) && head[8..12].SequenceEqual(form);
}
