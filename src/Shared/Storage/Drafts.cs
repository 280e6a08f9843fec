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

    /// <summary>An upload's bytes so far, empty; stays until it is deleted or abandoned.</summary>
    public FileStream CreateResumable(Guid id) =>
        new(ResumablePath(id), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);

    /// <summary>An upload's bytes so far, for one writer among all processes; null while there is another, or no upload.</summary>
    public FileStream? OpenResumable(Guid id)
    {
        try
        {
            return new FileStream(ResumablePath(id), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>How many bytes of an upload have come; null when there is no such upload.</summary>
    public long? LengthOfResumable(Guid id) =>
        new FileInfo(ResumablePath(id)) is { Exists: true, Length: var length } ? length : null;

    /// <summary>Deletes an upload's bytes.</summary>
    public void DeleteResumable(Guid id) => File.Delete(ResumablePath(id));

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

    private string ResumablePath(Guid id) => Path.Combine(folder, $"resumable-{id:n}");
}
