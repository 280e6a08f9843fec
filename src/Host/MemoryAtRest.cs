using System.Runtime;
using System.Runtime.InteropServices;

namespace Chatalot.Host;

/// <summary>
/// Gives memory back to the system when the server has come to rest. The collector only works when something is
/// allocated: after a busy hour a quiet server would hold that hour's memory for as long as it stays quiet.
/// </summary>
internal sealed partial class MemoryAtRest(TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Of one processor; a collection then takes nothing from anybody.</summary>
    private const double RestingShare = 0.03;

    /// <summary>Allocated by the start: what it left behind counts, too.</summary>
    private const long WorthCollectingFirst = 4 * 1024 * 1024;

    /// <summary>
    /// Allocated since the last time: less is not worth a pause, a little talk allocates all the time.
    /// </summary>
    private const long WorthCollectingAgain = 32 * 1024 * 1024;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        var pages = new ProgramPages();
        // One more round after the first: program files are given back when they were there before.
        var isSettling = false;
        var processorTime = Environment.CpuUsage.TotalTime;
        var worthCollecting = WorthCollectingFirst;
        var collectedAt = 0L;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var used = Environment.CpuUsage.TotalTime;
            var isResting = used - processorTime < Interval * RestingShare;
            processorTime = used;
            if (!isResting)
                continue;
            var hasWorked = GC.GetTotalAllocatedBytes() - collectedAt >= worthCollecting;
            if (!hasWorked && !isSettling)
                continue;
            pages.GiveBack();
            GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            TrimNativeHeap();
            collectedAt = GC.GetTotalAllocatedBytes();
            worthCollecting = WorthCollectingAgain;
            isSettling = hasWorked;
            processorTime = Environment.CpuUsage.TotalTime;
        }
    }

    /// <summary>
    /// The compiler's work spaces are freed, but kept by the C library's allocator; only glibc can be told.
    /// </summary>
    private static void TrimNativeHeap()
    {
        try
        {
            _ = malloc_trim(0);
        }
        catch (EntryPointNotFoundException) { }
        catch (DllNotFoundException) { }
    }

    [LibraryImport("libc")]
    private static partial int malloc_trim(nuint pad);
}
