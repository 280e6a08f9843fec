namespace Chatalot.Shared.Media;

/// <summary>What a picture says of itself.</summary>
/// <param name="Width">In pixels, as stored.</param>
/// <param name="Height">In pixels, as stored.</param>
public readonly record struct ImageSize(int Width, int Height)
{
    /// <summary>Pixels of one frame.</summary>
    public long Pixels => (long)Width * Height;
}

/// <summary>
/// Removes what a picture tells beyond itself (place, camera, software, comments, thumbnails of what was cut away,
/// anything behind its end) by copying the parts of its container that draw it. Pixels, colour profile, animation and
/// orientation stay as they are; nothing is decoded, so the cost does not depend on the pixels.
/// </summary>
public static class ImageMetadata
{
    /// <summary>Copies the picture without its metadata.</summary>
    /// <param name="format">What the picture is.</param>
    /// <param name="source">The picture from its first byte; must be able to seek.</param>
    /// <param name="target">Where the copy goes; written from front to end.</param>
    /// <param name="maxPixels">Most pixels of a frame: bounds the memory of whoever decodes it later.</param>
    /// <returns>The largest frame.</returns>
    /// <exception cref="MalformedImageException">The picture is broken or too large.</exception>
    public static ImageSize Remove(ImageFormat format, Stream source, Stream target, long maxPixels)
    {
        var bounds = new ImageBounds(maxPixels);
        switch (format)
        {
            case ImageFormat.Jpeg:
                JpegContainer.Copy(new ByteSource(source), target, bounds);
                break;
            case ImageFormat.Png:
                PngContainer.Copy(new ByteSource(source), target, bounds);
                break;
            case ImageFormat.Webp:
                WebpContainer.Copy(source, target, bounds);
                break;
            default:
                GifContainer.Copy(new ByteSource(source), target, bounds);
                break;
        }
        return bounds.Size ?? throw MalformedImageException.Broken;
    }
}

/// <summary>Checks every size that a picture announces, before anybody believes it.</summary>
internal sealed class ImageBounds(long maxPixels)
{
    /// <summary>The largest size so far; null when there was none.</summary>
    public ImageSize? Size { get; private set; }

    public void Check(int width, int height)
    {
        if (width <= 0 || height <= 0)
            throw MalformedImageException.Broken;
        var size = new ImageSize(width, height);
        if (size.Pixels > maxPixels)
            throw new MalformedImageException("the image has too many pixels");
        if (Size is not { } known || size.Pixels > known.Pixels)
            Size = size;
    }
}
