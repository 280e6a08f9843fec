namespace Chatalot.Features.Operations;

/// <summary>Stored files of one kind.</summary>
/// <param name="Kind"><c>uploads</c>, <c>thumbnails</c>, or the name of a folder such as <c>avatars</c>.</param>
/// <param name="Count">Files.</param>
/// <param name="Bytes">Bytes of all.</param>
public sealed record StoredFiles(string Kind, long Count, long Bytes);

/// <summary>The disk of the stored files, and what they take of it.</summary>
/// <param name="Path">Folder of the stored files.</param>
/// <param name="TotalBytes">Size of the disk.</param>
/// <param name="FreeBytes">What the server may still write.</param>
/// <param name="UsedPercent">How full the disk is.</param>
/// <param name="Files">By kind; null: not counted yet.</param>
/// <param name="CountedAt">When they were counted.</param>
public sealed record StorageSizes(
    string Path,
    long? TotalBytes,
    long? FreeBytes,
    double? UsedPercent,
    IReadOnlyList<StoredFiles>? Files,
    DateTimeOffset? CountedAt
);

/// <summary>
/// Looks at the disk at once, and counts files in the background, at most every ten minutes and only when somebody asks.
/// </summary>
public sealed class StorageFigures(OperationsOptions options, TimeProvider clock)
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);
    private static readonly string[] OwnFolders =
    [
        "avatars",
        "banners",
        "community_assets",
        "group_assets",
        "emojis",
        "voice_backgrounds",
        "trash",
        "tmp",
    ];

    private readonly Lock gate = new();
    private Task? counting;
    private IReadOnlyList<StoredFiles>? files;
    private DateTimeOffset? countedAt;

    /// <summary>Size and free space of the disk; null when the folder is not there.</summary>
    public (long Total, long Free)? Disk
    {
        get
        {
            try
            {
                var folder = Path.GetFullPath(options.StoragePath);
                // Made with the first file: until then its place is on the disk of its parent.
                while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } parent)
                    folder = parent;
                var drive = new DriveInfo(folder);
                return (drive.TotalSize, drive.AvailableFreeSpace);
            }
            catch (Exception missing) when (missing is IOException or ArgumentException or UnauthorizedAccessException)
            {
                return null;
            }
        }
    }

    /// <summary>What is known now.</summary>
    public StorageSizes Measure()
    {
        CountIfDue();
        var disk = Disk;
        return new StorageSizes(
            options.StoragePath,
            disk?.Total,
            disk?.Free,
            disk is { Total: > 0 } d ? Math.Round(100.0 * (d.Total - d.Free) / d.Total, 1) : null,
            files,
            countedAt
        );
    }

    private void CountIfDue()
    {
        lock (gate)
        {
            if (counting is { IsCompleted: false } || clock.GetUtcNow() - countedAt < MaxAge)
                return;
            counting = Task.Run(Count);
        }
    }

    private void Count()
    {
        var root = Path.GetFullPath(options.StoragePath);
        var kinds = new Dictionary<string, (long Count, long Bytes)>(StringComparer.Ordinal);
        try
        {
            var everything = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true };
            foreach (var file in new DirectoryInfo(root).EnumerateFiles("*", everything))
            {
                var kind = KindOf(Path.GetRelativePath(root, file.FullName));
                var (count, bytes) = kinds.GetValueOrDefault(kind);
                kinds[kind] = (count + 1, bytes + file.Length);
            }
        }
        catch (IOException)
        {
            // Files come and go while they are counted; the next count is due soon.
        }
        files =
        [
            .. kinds
                .OrderBy(kind => kind.Key)
                .Select(kind => new StoredFiles(kind.Key, kind.Value.Count, kind.Value.Bytes)),
        ];
        countedAt = clock.GetUtcNow();
    }

    private static string KindOf(string path)
    {
        var folder = path.Split(Path.DirectorySeparatorChar)[0];
        return OwnFolders.Contains(folder) ? folder
            : Path.GetFileNameWithoutExtension(path).EndsWith("_thumb", StringComparison.Ordinal) ? "thumbnails"
            : "uploads";
    }
}
