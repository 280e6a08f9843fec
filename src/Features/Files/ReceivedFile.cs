using System.Security.Cryptography;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Media;
using Chatalot.Shared.Storage;

namespace Chatalot.Features.Files;

/// <summary>
/// A file as it arrives: written, counted, hashed, looked through for whether it is text, and its beginning kept, in
/// one pass. Dispose it.
/// </summary>
internal sealed class ReceivedFile : IAsyncDisposable
{
    private readonly DiskSpace.Claim space;
    private readonly Draft draft;
    private readonly FilesOptions options;
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] head = new byte[ContentType.HeadBytes];
    private readonly TextScan text = new();
    private int headLength;
    private string? checksum;

    /// <summary>Begins with nothing.</summary>
    /// <param name="disk">Where room is taken.</param>
    /// <param name="expected">Bytes that will come, as far as one knows.</param>
    /// <param name="drafts">Where it is written.</param>
    /// <param name="options">The bounds.</param>
    /// <exception cref="FailureException">507: no room.</exception>
    public ReceivedFile(DiskSpace disk, long expected, Drafts drafts, FilesOptions options)
    {
        this.options = options;
        space = disk.Take(expected);
        try
        {
            draft = drafts.Create();
        }
        catch
        {
            space.Dispose();
            throw;
        }
    }

    public Draft Draft => draft;

    /// <summary>Bytes so far.</summary>
    public long Length { get; private set; }

    /// <summary>What it is, by its beginning; text by all of it.</summary>
    public ContentType Content => ContentType.Of(head.AsSpan(0, headLength)).OfWhole(text.IsText);

    /// <summary>A Windows bitmap that thumbnails can be made of.</summary>
    public bool IsBitmap => Content.MediaType == "image/bmp" && BitmapPicture.IsReadable(head.AsSpan(0, headLength));

    /// <summary>Lower-case hexadecimal SHA-256 of everything that came. Ends the reception.</summary>
    public string Checksum => checksum ??= Convert.ToHexStringLower(hash.GetHashAndReset());

    /// <summary>Takes the next piece.</summary>
    /// <exception cref="FailureException">400: larger than allowed; 507: no room.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> piece, CancellationToken ct)
    {
        if (Length + piece.Length > options.MaxFileBytes)
            throw TooLarge(options).AsException();
        space.Use(piece.Length);
        if (headLength < head.Length)
        {
            var beginning = piece.Span[..Math.Min(piece.Length, head.Length - headLength)];
            beginning.CopyTo(head.AsSpan(headLength));
            headLength += beginning.Length;
        }
        text.Append(piece.Span);
        ct.ThrowIfCancellationRequested();
        await draft.AppendAsync(piece, hash);
        Length += piece.Length;
    }

    public static Failure TooLarge(FilesOptions options) =>
        Failure.Validation($"file too large (max {options.MaxFileBytes / FilesOptions.MiB} MB)");

    public async ValueTask DisposeAsync()
    {
        hash.Dispose();
        space.Dispose();
        await draft.DisposeAsync();
    }
}
