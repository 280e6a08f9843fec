namespace Chatalot.Shared.Storage;

/// <summary>The folder of files that are being written.</summary>
public sealed class Drafts
{
    private readonly string folder;

    /// <summary>Makes the folder.</summary>
    public Drafts(StorageOptions options)
    {
        folder = Path.GetFullPath(Path.Combine(options.CacheRoot, "uploads"));
        Directory.CreateDirectory(folder);
    }

    /// <summary>An empty draft.</summary>
    public Draft Create() => new(Path.Combine(folder, Guid.NewGuid().ToString("n")));

    /// <summary>Deletes what was last written before this time: crashes left it. The result is their number.</summary>
    public int RemoveAbandoned(DateTimeOffset before)
    {
        var removed = 0;
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles())
        {
            if (file.LastWriteTimeUtc >= before.UtcDateTime)
                continue;
            file.Delete();
            removed++;
        }
        return removed;
    }
}
