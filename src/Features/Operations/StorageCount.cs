using Chatalot.Shared.Storage;

namespace Chatalot.Features.Operations;

/// <summary>
/// Goes once through everything that is stored: how much there is of each kind, and what no record knows.
/// </summary>
/// <param name="keepers">Who speaks for which folder.</param>
/// <param name="keys">Keys of all records; those that are met on the way are taken out.</param>
/// <param name="now">The time, to tell files that may still get their record.</param>
internal sealed class StorageCount(IEnumerable<IBlobKeeper> keepers, HashSet<string> keys, DateTimeOffset now)
{
    /// <summary>An upload is written before its row.</summary>
    private static readonly TimeSpan LeastAge = TimeSpan.FromHours(1);

    private static readonly (string Folder, string Kind)[] CacheKinds =
    [
        ("thumbnails", "thumbnails"),
        ("uploads", "unfinished_uploads"),
        ("trash", "trash"),
    ];

    private readonly SortedDictionary<string, (long Count, long Bytes)> kinds = new(StringComparer.Ordinal);

    /// <summary>What was met so far.</summary>
    public IReadOnlyList<StoredFiles> Kinds =>
        [.. kinds.Select(kind => new StoredFiles(kind.Key, kind.Value.Count, kind.Value.Bytes))];

    /// <summary>Files that somebody speaks for and no record knows.</summary>
    public long WithoutRow { get; private set; }

    /// <summary>Originals.</summary>
    public async Task AddAsync(IBlobStorage storage, CancellationToken ct)
    {
        await foreach (var entry in storage.ListAsync(ct))
        {
            var folder = entry.Key.Split('/')[0];
            // Uploads are in folders that are named by two digits of their ids.
            Add(folder.Length == 2 ? "uploads" : folder, entry.Length);
            var isOld = entry.StoredAt < now - LeastAge;
            if (!keys.Remove(entry.Key) && isOld && keepers.Any(keeper => keeper.SpeaksFor(folder)))
                WithoutRow++;
        }
    }

    /// <summary>What can be made or sent again. Files may come and go in the meantime.</summary>
    public void AddCache(string root)
    {
        var everything = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true };
        foreach (var (name, kind) in CacheKinds)
        {
            var folder = new DirectoryInfo(Path.Combine(root, name));
            if (!folder.Exists)
                continue;
            foreach (var file in folder.EnumerateFiles("*", everything).Where(file => file.Exists))
                Add(kind, file.Length);
        }
    }

    private void Add(string kind, long bytes)
    {
        var (count, before) = kinds.GetValueOrDefault(kind);
        kinds[kind] = (count + 1, before + bytes);
    }
}
