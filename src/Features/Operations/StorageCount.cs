using Chatalot.Shared.Storage;

namespace Chatalot.Features.Operations;

/// <summary>Walks through the stored files.</summary>
internal static class StorageCount
{
    /// <summary>An upload is written before its row.</summary>
    private static readonly TimeSpan LeastAge = TimeSpan.FromHours(1);

    private static readonly EnumerationOptions Everything = new()
    {
        RecurseSubdirectories = true,
        IgnoreInaccessible = true,
    };

    private static readonly Dictionary<string, string> CacheKinds = new(StringComparer.Ordinal)
    {
        ["thumbnails"] = "thumbnails",
        ["uploads"] = "unfinished_uploads",
        ["trash"] = "trash",
    };

    /// <summary>How many files of each kind there are; uploads are named by two digits of their ids.</summary>
    public static IReadOnlyList<StoredFiles> ByKind(StorageOptions options)
    {
        var kinds = new Dictionary<string, (long Count, long Bytes)>(StringComparer.Ordinal);
        foreach (var (folder, file) in FilesOf(options.Root))
            Add(folder.Length == 2 ? "uploads" : folder, file);
        foreach (var (folder, file) in FilesOf(options.CacheRoot))
            if (CacheKinds.TryGetValue(folder, out var kind))
                Add(kind, file);
        return
        [
            .. kinds
                .OrderBy(kind => kind.Key, StringComparer.Ordinal)
                .Select(kind => new StoredFiles(kind.Key, kind.Value.Count, kind.Value.Bytes)),
        ];

        void Add(string kind, FileInfo file)
        {
            var (count, bytes) = kinds.GetValueOrDefault(kind);
            kinds[kind] = (count + 1, bytes + file.Length);
        }
    }

    /// <summary>
    /// Takes the keys of the files that are there out of the set; the result is how many files somebody speaks for whose
    /// key is not in it.
    /// </summary>
    public static long Unknown(string root, IEnumerable<IBlobKeeper> keepers, HashSet<string> keys, DateTimeOffset now)
    {
        var unknown = 0L;
        foreach (var (folder, file) in FilesOf(root))
        {
            var key = Path.GetRelativePath(root, file.FullName).Replace(Path.DirectorySeparatorChar, '/');
            var isOld = file.LastWriteTimeUtc < (now - LeastAge).UtcDateTime;
            if (!keys.Remove(key) && isOld && keepers.Any(keeper => keeper.SpeaksFor(folder)))
                unknown++;
        }
        return unknown;
    }

    /// <summary>Files below the folders of a root, with the first folder. Files may come and go in the meantime.</summary>
    private static IEnumerable<(string Folder, FileInfo File)> FilesOf(string root)
    {
        if (!Directory.Exists(root))
            yield break;
        foreach (var folder in new DirectoryInfo(root).EnumerateDirectories())
        foreach (var file in folder.EnumerateFiles("*", Everything))
            if (file.Exists)
                yield return (folder.Name, file);
    }
}
