using Chatalot.Shared.Errors;
using Chatalot.Shared.Scheduling;
using Chatalot.Shared.Storage;
using Microsoft.Extensions.Logging;

namespace Chatalot.Features.Maintenance;

/// <summary>
/// Daily: discards stored files that no record points at; they can be brought back for 7 days. Only files older
/// than a day, only in folders that some feature speaks for (<see cref="IBlobKeeper"/>), and nothing at all when so
/// many look orphaned that the records must be the wrong ones: a moved folder, a restored database.
/// </summary>
[FailsAs("Orphan cleanup: failed to list DB files")]
public sealed partial class SweepOrphanFiles(
    IBlobStorage storage,
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

    /// <inheritdoc/>
    public CancellationToken CancellationToken { get; set; }

    /// <inheritdoc/>
    public async Task Invoke()
    {
        var stored = await StoredAsync();
        var orphans = new Dictionary<string, DateTimeOffset>(stored, StringComparer.Ordinal);
        foreach (var keeper in keepers)
        await foreach (var key in keeper.KeysAsync(CancellationToken))
            orphans.Remove(key);
        report.FailsAs = "Orphan cleanup failed";
        if (orphans.Count > NoSuspicion && orphans.Count > options.LargestOrphanShare * stored.Count)
        {
            LogTooMany(orphans.Count, stored.Count);
            throw new InvalidOperationException(
                $"{orphans.Count} of {stored.Count} stored files have no record: nothing was moved."
            );
        }
        var now = clock.GetUtcNow();
        var kept = 0;
        foreach (var key in orphans.Where(orphan => orphan.Value < now - LeastAge).Select(orphan => orphan.Key))
        {
            if (report.IsDryRun || await TryDiscardAsync(key, now))
                report.Items++;
            else
                kept++;
        }
        if (report.IsDryRun)
            return;
        if (report.Items > 0)
            LogRemoved(report.Items);
        await storage.EmptyTrashAsync(now - options.Trash, CancellationToken);
        if (kept > 0)
            throw new IOException($"{kept} files with no record could not be moved.");
    }

    /// <summary>One file that cannot be moved does not keep the others.</summary>
    private async Task<bool> TryDiscardAsync(string key, DateTimeOffset now)
    {
        try
        {
            await storage.DiscardAsync(key, now, CancellationToken);
            return true;
        }
        catch (Exception reason) when (reason is IOException or UnauthorizedAccessException or FailureException)
        {
            LogNotRemoved(key, reason.Message);
            return false;
        }
    }

    /// <summary>When every file was stored that somebody speaks for, by its key.</summary>
    private async Task<Dictionary<string, DateTimeOffset>> StoredAsync()
    {
        var stored = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        await foreach (var entry in storage.ListAsync(CancellationToken))
        {
            var folder = entry.Key.Split('/')[0];
            if (folder != entry.Key && keepers.Any(keeper => keeper.SpeaksFor(folder)))
                stored[entry.Key] = entry.StoredAt;
        }
        return stored;
    }

    [LoggerMessage(
        EventName = "OrphanFilesRemoved",
        Level = LogLevel.Information,
        Message = "Orphan cleanup: removed {Count} disk files with no DB record"
    )]
    private partial void LogRemoved(long count);

    [LoggerMessage(
        EventName = "OrphanFileNotRemoved",
        Level = LogLevel.Warning,
        Message = "Orphan cleanup: failed to remove {Path}: {Reason}"
    )]
    private partial void LogNotRemoved(string path, string reason);

    [LoggerMessage(
        EventName = "TooManyOrphanFiles",
        Level = LogLevel.Error,
        Message = "Orphan cleanup: {Orphans} of {Files} files have no record. That is too many to be true, nothing was "
            + "moved. Is this the folder or bucket that belongs to this database?"
    )]
    private partial void LogTooMany(int orphans, int files);
}
