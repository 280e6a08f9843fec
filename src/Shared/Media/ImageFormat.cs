namespace Chatalot.Shared.Media;

/// <summary>The picture formats whose metadata this server can remove.</summary>
public enum ImageFormat
{
    /// <summary>PNG, animated or not.</summary>
    Png,

    /// <summary>JPEG.</summary>
    Jpeg,

    /// <summary>WebP, animated or not.</summary>
    Webp,

    /// <summary>GIF, animated or not.</summary>
    Gif,
}

/// <summary>Names of formats on the wire.</summary>
public static class ImageFormats
{
    /// <summary>The format of a media type such as <c>image/png</c>; null for any other type.</summary>
    public static ImageFormat? OfMediaType(string? mediaType) =>
        mediaType switch
        {
            "image/png" => ImageFormat.Png,
            "image/jpeg" => ImageFormat.Jpeg,
            "image/webp" => ImageFormat.Webp,
            "image/gif" => ImageFormat.Gif,
            _ => null,
        };

    /// <summary>The media type, such as <c>image/png</c>.</summary>
    public static string MediaType(this ImageFormat format) =>
        format switch
        {
            ImageFormat.Png => "image/png",
            ImageFormat.Jpeg => "image/jpeg",
            ImageFormat.Webp => "image/webp",
            _ => "image/gif",
        };

    /// <summary>The usual extension of file names, without the dot.</summary>
    public static string Extension(this ImageFormat format) =>
        format switch
        {
            ImageFormat.Png => "png",
            ImageFormat.Jpeg => "jpg",
            ImageFormat.Webp => "webp",
            _ => "gif",
        };
}
