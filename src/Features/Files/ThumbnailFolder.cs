using Chatalot.Shared.Storage;

namespace Chatalot.Features.Files;

/// <summary>Where thumbnails are kept: in the cache, since they can be made again.</summary>
internal sealed class ThumbnailFolder(StorageOptions options)
{
    private readonly string root = Path.GetFullPath(Path.Combine(options.CacheRoot, "thumbnails"));

    /// <summary>The thumbnail of the bytes at this key, whether it is there or not.</summary>
    public string PathOf(string storagePath) => Path.Combine(root, BlobKey.Check(storagePath) + ".jpg");

    /// <summary>Moves a finished thumbnail into place, all or nothing.</summary>
    public void Keep(string storagePath, string finished)
    {
        var path = PathOf(storagePath);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Move(finished, path, overwrite: true);
    }

    public void Delete(string storagePath)
    {
        try
        {
            File.Delete(PathOf(storagePath));
        }
        catch (DirectoryNotFoundException)
        {
            // Nobody ever asked for it.
        }
    }
}
