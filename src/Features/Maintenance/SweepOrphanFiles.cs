using System.Globalization;
using Chatalot.Shared.Scheduling;
using Chatalot.Shared.Storage;
using Microsoft.Extensions.Logging;

namespace Chatalot.Features.Maintenance;

/// <summary>
/// Daily: moves stored files that no record points at to a trash folder, from which they go after 7 days. Only files older
/// than a day, only in folders that some feature speaks for (<see cref="IBlobKeeper"/>), and nothing at all when so many look
/// orphaned that the records must be the wrong ones: a moved folder, a restored database.
/// </summary>
public sealed partial class SweepOrphanFiles(
    StorageOptions storage,
    IEnumerable<IBlobKeeper> keepers,
    MaintenanceOptions options,
    JobReport report,
    TimeProvider clock,
    ILogger<SweepOrphanFiles> logger
) : IInvocable, ICancellableInvocable, IDryRun
{
    /// <summary>An upload is written before its row.</summary>
    private static readonly TimeSpan LeastAge = TimeSpan.FromHours(24);

    /// <summary>So few orphans are no sign that the records are wrong, whatever their share.</summary>
    private const int NoSuspicion = 5;

    private const string DayFormat = "yyyyMMdd";

    private string Trash => Path.Combine(storage.CacheRoot, "trash");

    /// <inheritdoc/>
    public CancellationToken CancellationToken { get; set; }

    /// <inheritdoc/>
    public async Task Invoke()
    {
        var stored = Stored();
        foreach (var keeper in keepers)
        await foreach (var key in keeper.KeysAsync(CancellationToken))
            if (stored.TryGetValue(key, out var known))
                stored[key] = known with { IsKept = true };
        var orphans = stored.Where(file => !file.Value.IsKept).ToList();
        if (orphans.Count > NoSuspicion && orphans.Count > options.LargestOrphanShare * stored.Count)
        {
            LogTooMany(orphans.Count, stored.Count);
            throw new InvalidOperationException(
                $"{orphans.Count} of {stored.Count} stored files have no record: nothing was moved."
            );
        }
        var oldEnough = clock.GetUtcNow() - LeastAge;
        foreach (var (key, file) in orphans.Where(orphan => orphan.Value.WrittenAt < oldEnough))
        {
            CancellationToken.ThrowIfCancellationRequested();
            if (!report.IsDryRun)
                MoveToTrash(key, file.Path);
            report.Items++;
        }
        if (report.IsDryRun)
            return;
        if (report.Items > 0)
            LogRemoved(report.Items);
        EmptyTrash();
    }

    /// <summary>Every file that somebody speaks for, by its key.</summary>
    private Dictionary<string, StoredFile> Stored()
    {
        var files = new Dictionary<string, StoredFile>(StringComparer.Ordinal);
        if (!Directory.Exists(storage.Root))
            return files;
        foreach (var folder in Directory.GetDirectories(storage.Root))
        {
            if (!keepers.Any(keeper => keeper.SpeaksFor(Path.GetFileName(folder))))
                continue;
            foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            {
                var key = Path.GetRelativePath(storage.Root, path).Replace(Path.DirectorySeparatorChar, '/');
                files[key] = new StoredFile(path, new DateTimeOffset(File.GetLastWriteTimeUtc(path)), IsKept: false);
            }
        }
        return files;
    }

    private void MoveToTrash(string key, string path)
    {
        var day = clock.GetUtcNow().ToString(DayFormat, CultureInfo.InvariantCulture);
        var target = Path.Combine(Trash, day, key);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Move(path, target, overwrite: true);
    }

    private void EmptyTrash()
    {
        if (!Directory.Exists(Trash))
            return;
        foreach (var folder in Directory.GetDirectories(Trash))
        {
            var isDay = DateTimeOffset.TryParseExact(
                Path.GetFileName(folder),
                DayFormat,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out var day
            );
            if (isDay && day < clock.GetUtcNow() - options.Trash)
                Directory.Delete(folder, recursive: true);
        }
    }

    private readonly record struct StoredFile(string Path, DateTimeOffset WrittenAt, bool IsKept);

    [LoggerMessage(
        EventName = "OrphanFilesRemoved",
        Level = LogLevel.Information,
        Message = "Orphan cleanup: removed {Count} disk files with no DB record"
    )]
    private partial void LogRemoved(long count);

    [LoggerMessage(
        EventName = "TooManyOrphanFiles",
        Level = LogLevel.Error,
        Message = "Orphan cleanup: {Orphans} of {Files} files have no record. That is too many to be true, nothing was "
            + "moved. Is FILE_STORAGE_PATH the folder that belongs to this database?"
    )]
    private partial void LogTooMany(int orphans, int files);
}
