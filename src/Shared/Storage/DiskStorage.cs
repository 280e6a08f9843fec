using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;

namespace Chatalot.Shared.Storage;

/// <summary>Keeps originals in a folder: one file a key, moved into place whole.</summary>
public sealed class DiskStorage : IBlobStorage
{
    /// <summary>How names of files begin that are being copied in from another file system.</summary>
    private const string Incoming = ".incoming-";

    private const string DayFormat = "yyyyMMdd";

    private readonly string root;
    private readonly string trash;

    /// <summary>Makes the folder.</summary>
    public DiskStorage(StorageOptions options)
    {
        root = Path.GetFullPath(options.Root);
        trash = Path.GetFullPath(Path.Combine(options.CacheRoot, "trash"));
        Directory.CreateDirectory(root);
    }

    /// <inheritdoc/>
    public async Task StoreAsync(string key, Draft draft, CancellationToken ct)
    {
        var path = PathOf(key);
        await draft.FlushToDiskAsync();
        MakeFolder(Path.GetDirectoryName(path)!);
        if (!FileSystem.TryRename(draft.Path, path))
            await CopyInAsync(draft.Path, path, ct);
        FileSystem.SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <inheritdoc/>
    public ValueTask<Blob?> FindAsync(string key, CancellationToken ct)
    {
        var file = new FileInfo(PathOf(key));
        return ValueTask.FromResult(file.Exists ? Open(file) : null);
    }

    /// <summary>A file that exists, as stored bytes.</summary>
    public static Blob Open(FileInfo file) =>
        new DiskBlob(file.FullName) { Length = file.Length, StoredAt = file.LastWriteTimeUtc };

    /// <inheritdoc/>
    public Task DeleteAsync(string key, CancellationToken ct)
    {
        try
        {
            File.Delete(PathOf(key));
        }
        catch (DirectoryNotFoundException)
        {
            // Then the file is not there either.
        }
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BlobEntry> ListAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await Task.Yield();
        foreach (var file in new DirectoryInfo(root).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            ct.ThrowIfCancellationRequested();
            var key = Path.GetRelativePath(root, file.FullName);
            if (BlobKey.IsValid(key) && file.Exists)
                yield return new BlobEntry(key, file.Length, file.LastWriteTimeUtc);
        }
    }

    /// <summary>Into the trash folder of the day.</summary>
    public Task DiscardAsync(string key, DateTimeOffset now, CancellationToken ct)
    {
        var day = now.UtcDateTime.ToString(DayFormat, CultureInfo.InvariantCulture);
        var target = Path.Combine(trash, day, BlobKey.Check(key));
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Move(PathOf(key), target, overwrite: true);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task EmptyTrashAsync(DateTimeOffset before, CancellationToken ct)
    {
        if (!Directory.Exists(trash))
            return Task.CompletedTask;
        foreach (var folder in Directory.GetDirectories(trash))
        {
            var isDay = DateTimeOffset.TryParseExact(
                Path.GetFileName(folder),
                DayFormat,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out var day
            );
            if (isDay && day < before)
                Directory.Delete(folder, recursive: true);
        }
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<StorageProblem?> FindProblemAsync(CancellationToken ct)
    {
        var probe = Path.Combine(root, $".probe-{Guid.NewGuid():n}");
        try
        {
            Directory.CreateDirectory(root);
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
            return Task.FromResult<StorageProblem?>(null);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Task.FromResult<StorageProblem?>(new StorageProblem(failure.Message, IsLasting: false));
        }
    }

    private string PathOf(string key) => Path.Combine(root, BlobKey.Check(key));

    /// <summary>New folders are synced into their parents: a file is not durable in a folder that is not.</summary>
    private void MakeFolder(string folder)
    {
        if (Directory.Exists(folder))
            return;
        var parent = Path.GetDirectoryName(folder)!;
        if (folder != root)
            MakeFolder(parent);
        Directory.CreateDirectory(folder);
        FileSystem.SyncFolder(parent);
    }

    private static async Task CopyInAsync(string from, string to, CancellationToken ct)
    {
        var incoming = Path.Combine(Path.GetDirectoryName(to)!, Incoming + Guid.NewGuid().ToString("n"));
        try
        {
            await using (var source = File.OpenRead(from))
            await using (var target = new FileStream(incoming, FileMode.CreateNew, FileAccess.Write))
            {
                await source.CopyToAsync(target, 1024 * 1024, ct);
                await Task.Run(() => target.Flush(flushToDisk: true), ct);
            }
            File.Move(incoming, to, overwrite: true);
        }
        catch
        {
            File.Delete(incoming);
            throw;
        }
    }

    private sealed class DiskBlob(string path) : Blob
    {
        public override Task<Stream> OpenAsync(CancellationToken ct) =>
            Task.FromResult<Stream>(
                new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete)
            );

        public override Task SendAsync(HttpResponse response, long offset, long count, CancellationToken ct) =>
            response.SendFileAsync(path, offset, count, ct);
    }
}
