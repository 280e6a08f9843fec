using Chatalot.Shared.Media;

namespace Chatalot.Features.Pictures;

/// <summary>
/// What one kind of uploaded picture must be, and the texts that refuse it. Keep one static instance a route.
/// </summary>
public sealed record PictureRules
{
    /// <summary>Where it is kept.</summary>
    public required PictureFolder Folder { get; init; }

    /// <summary>
    /// Name of the form's field, for example <c>avatar</c>; without it the answer is <c>no avatar field</c>.
    /// </summary>
    public required string Field { get; init; }

    /// <summary>Most bytes.</summary>
    public long MaxBytes { get; init; } = 10 * 1024 * 1024;

    /// <summary>What is said about more bytes than that, for example <c>avatar too large (max 10 MB)</c>.</summary>
    public required string TooLarge { get; init; }

    /// <summary>Formats that may be declared.</summary>
    public IReadOnlyList<ImageFormat> Formats { get; init; } =
    [ImageFormat.Png, ImageFormat.Jpeg, ImageFormat.Webp, ImageFormat.Gif];

    /// <summary>What is said about any other declared type.</summary>
    public string InvalidType { get; init; } = "invalid image type (allowed: png, jpg, webp, gif)";

    /// <summary>Most pixels of a frame: whoever shows the picture needs four bytes for each.</summary>
    public long MaxPixels { get; init; } = 40_000_000;

    /// <summary>Other fields of the form that are wanted, as text of at most 1024 bytes each.</summary>
    public IReadOnlyList<string> TextFields { get; init; } = [];
}
