using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Chatalot.Shared.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Chatalot.Features.Files;

/// <summary>
/// Removes what uploads left whose process has ended, at start and every hour: drafts, and bytes that were stored and
/// that no record points at. Uploads under way are safe, those of other processes too, and so are those that may be
/// continued.
/// </summary>
internal sealed partial class CleanUpAfterCrashes(
    Drafts drafts,
    ResumableUploads resumable,
    IBlobStorage storage,
    IEnumerable<IBlobKeeper> keepers,
    NpgsqlDataSource database,
    SchemaReadiness schema,
    TimeProvider clock,
    ILogger<CleanUpAfterCrashes> log
) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(1);

    /// <summary>Longer than any connection lives without a byte.</summary>
    private static readonly TimeSpan Untouched = TimeSpan.FromDays(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await schema.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(Interval, clock);
        do await RunAsync(stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>One run; what fails is tried again by the next.</summary>
    internal async Task RunAsync(CancellationToken ct)
    {
        try
        {
            var removed = await resumable.CleanUpAsync(ct);
            foreach (var left in drafts.TakeAbandoned(clock.GetUtcNow() - Untouched))
            {
                await RemoveUnknownAsync(left.Keys(), ct);
                removed += left.Count;
                left.Delete();
            }
            if (removed > 0)
                LogRemoved(removed);
        }
        catch (Exception failure)
            when (failure is IOException or UnauthorizedAccessException or NpgsqlException or FailureException)
        {
            LogFailed(failure.Message);
        }
    }

    private async Task RemoveUnknownAsync(IReadOnlyCollection<string> keys, CancellationToken ct)
    {
        var unknown = keys.Where(key => keepers.Any(keeper => keeper.SpeaksFor(key.Split('/')[0])))
            .ToHashSet(StringComparer.Ordinal);
        if (unknown.Count == 0)
            return;
        await WaitForCommitsAsync(ct);
        foreach (var keeper in keepers)
        await foreach (var key in keeper.KeysAsync(ct))
            unknown.Remove(key);
        foreach (var key in unknown)
            await storage.DeleteAsync(key, ct);
    }

    /// <summary>The last commit of a process that was killed may still be under way in the database.</summary>
    private async Task WaitForCommitsAsync(CancellationToken ct)
    {
        var next = await FirstAsync("select pg_snapshot_xmax(pg_current_snapshot())::text::bigint");
        while (await FirstAsync("select pg_snapshot_xmin(pg_current_snapshot())::text::bigint") < next)
            await Task.Delay(Wait, clock, ct);

        Task<long> FirstAsync(string sql) => database.FirstAsync(sql, row => row.GetInt64(0), ct);
    }

    [LoggerMessage(
        EventName = "AbandonedUploadsRemoved",
        Level = LogLevel.Information,
        Message = "Removed {Count} files that ended uploads had left"
    )]
    private partial void LogRemoved(int count);

    [LoggerMessage(
        EventName = "AbandonedUploadsNotRemoved",
        Level = LogLevel.Warning,
        Message = "What ended uploads had left could not be removed: {Reason}"
    )]
    private partial void LogFailed(string reason);
}
