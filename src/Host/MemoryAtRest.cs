using System.Runtime;

namespace Chatalot.Host;

/// <summary>
/// Gives memory back to the system when the server has come to rest. The collector only works when something is allocated:
/// after a busy hour a quiet server would hold that hour's memory for as long as it stays quiet.
/// </summary>
internal sealed class MemoryAtRest(TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(20);

    /// <summary>Of one processor; a collection then takes nothing from anybody.</summary>
    private const double RestingShare = 0.03;

    /// <summary>Allocated since the last time: less is not worth the work.</summary>
    private const long WorthCollecting = 16 * 1024 * 1024;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        var processorTime = Environment.CpuUsage.TotalTime;
        // What the start left behind counts, too.
        var collectedAt = 0L;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var used = Environment.CpuUsage.TotalTime;
            var isResting = used - processorTime < Interval * RestingShare;
            processorTime = used;
            if (!isResting || GC.GetTotalAllocatedBytes() - collectedAt < WorthCollecting)
                continue;
            GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            collectedAt = GC.GetTotalAllocatedBytes();
            processorTime = Environment.CpuUsage.TotalTime;
        }
    }
}
