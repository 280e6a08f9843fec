using Chatalot.Shared.Postgres;
using Chatalot.Shared.Storage;
using Microsoft.Extensions.Logging;

namespace Chatalot.Features.Operations;

/// <summary>Stored files of one kind.</summary>
/// <param name="Kind">
/// <c>uploads</c>, the name of a folder such as <c>avatars</c> or <c>emojis</c>, or of the cache: <c>thumbnails</c>,
/// <c>unfinished_uploads</c>, <c>trash</c>.
/// </param>
/// <param name="Count">Files.</param>
/// <param name="Bytes">Bytes of all.</param>
public sealed record StoredFiles(string Kind, long Count, long Bytes);

/// <summary>Where records and stored files do not agree.</summary>
/// <param name="RowsWithoutFile">Records whose file is not there: downloads of it fail.</param>
/// <param name="FilesWithoutRow">Files older than an hour that no record knows; the daily clean-up moves them away.</param>
/// <param name="ComparedAt">When they were compared.</param>
public sealed record StorageDrift(long RowsWithoutFile, long FilesWithoutRow, DateTimeOffset ComparedAt);

/// <summary>The disk of the stored files, and what they take of it.</summary>
/// <param name="Path">Folder of the stored files, or of the cache when an object store keeps them.</param>
/// <param name="TotalBytes">Size of the disk.</param>
/// <param name="FreeBytes">What the server may still write.</param>
/// <param name="UsedPercent">How full the disk is.</param>
/// <param name="Files">By kind, those of the cache folder too; null: not counted yet.</param>
/// <param name="CountedAt">When they were counted.</param>
/// <param name="Drift">Null: not compared yet, or the database could not be asked.</param>
public sealed record StorageSizes(
    string Path,
    long? TotalBytes,
    long? FreeBytes,
    double? UsedPercent,
    IReadOnlyList<StoredFiles>? Files,
    DateTimeOffset? CountedAt,
    StorageDrift? Drift
);

/// <summary>
/// Looks at the disk at once. Files are counted, and compared with their records, in the background, at most every ten
/// minutes and only when somebody asks.
/// </summary>
public sealed partial class StorageFigures(
    OperationsOptions options,
    StorageOptions folders,
    IBlobStorage storage,
    IEnumerable<IBlobKeeper> keepers,
    DatabaseAvailability database,
    TimeProvider clock,
    ILogger<StorageFigures> logger
)
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);

    /// <summary>The first asker gets the first count, if it is a quick one.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private Task counting = Task.CompletedTask;
    private DateTimeOffset? begunAt;
    private volatile Counted? counted;

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

    /// <summary>What is known now; a count that is due begins.</summary>
    public async Task<StorageSizes> MeasureAsync(CancellationToken ct)
    {
        await Task.WhenAny(CountIfDue(), Task.Delay(Patience, clock, ct));
        ct.ThrowIfCancellationRequested();
        var disk = Disk;
        var known = counted;
        return new StorageSizes(
            options.StoragePath,
            disk?.Total,
            disk?.Free,
            disk is { Total: > 0 } d ? Math.Round(100.0 * (d.Total - d.Free) / d.Total, 1) : null,
            known?.Files,
            known?.At,
            known?.Drift
        );
    }

    private Task CountIfDue()
    {
        lock (gate)
        {
            if (counting.IsCompleted && !(clock.GetUtcNow() - begunAt < MaxAge))
            {
                begunAt = clock.GetUtcNow();
                counting = Task.Run(CountAsync);
            }
            return counting;
        }
    }

    private async Task CountAsync()
    {
        try
        {
            // Records first: a file that comes in the meantime is too young to count, a record would not be.
            var keys = new HashSet<string>(StringComparer.Ordinal);
            foreach (var keeper in keepers)
            await foreach (var key in keeper.KeysAsync(CancellationToken.None))
                keys.Add(key);
            var unwritten = new HashSet<string>(StringComparer.Ordinal);
            foreach (var keeper in keepers)
            await foreach (var key in keeper.UnwrittenKeysAsync(CancellationToken.None))
                unwritten.Add(key);
            var count = new StorageCount(keepers, keys, clock.GetUtcNow());
            await count.AddAsync(storage, CancellationToken.None);
            count.AddCache(folders.CacheRoot);
            keys.ExceptWith(unwritten);
            var now = clock.GetUtcNow();
            counted = new Counted(count.Kinds, new StorageDrift(keys.Count, count.WithoutRow, now), now);
        }
        catch (Exception reason)
        {
            // Database, disk or object store: nobody waits for this, and what was known stays with its time.
            database.ReportFailure(reason);
            LogNotCounted(reason.Message);
        }
    }

    private sealed record Counted(IReadOnlyList<StoredFiles> Files, StorageDrift Drift, DateTimeOffset At);

    [LoggerMessage(
        EventName = "StoredFilesNotCounted",
        Level = LogLevel.Warning,
        Message = "Stored files could not be counted and compared with their records: {Reason}"
    )]
    private partial void LogNotCounted(string reason);
}
