using System.Collections.Concurrent;
using System.Diagnostics;
using Chatalot.Shared.Threads;

namespace Chatalot.Shared.Storage;

/// <summary>
/// A few threads of low priority that hash and write what is uploaded. A write waits for the disk once the kernel holds
/// too much that is not written yet, and a sync always does: on the threads that everything shares, a handful of
/// uploads would make every message wait with them. The threads start with the first upload and end when there is none.
/// </summary>
internal sealed class FileThreads(LiveTraffic traffic)
{
    /// <summary>One may wait for the disk while the other works. More would only take turns from messages.</summary>
    private const int Most = 2;

    /// <summary>
    /// While people talk, one thread at a time works, and rests so many times as long as it worked. A low priority
    /// alone does not help: what is read from the network on an upload's behalf keeps up with what is written, at the
    /// priority of messages. This slows both, and more than half of the speed of <c>cp</c> and <c>sha256sum</c> is
    /// left.
    /// </summary>
    private const int RestsPerWork = 3;

    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan ShortestRest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestRest = TimeSpan.FromMilliseconds(250);

    private readonly BlockingCollection<Action> queue = [];
    private readonly Lock turn = new();
    private TimeSpan owed;
    private int running;

    /// <summary>Runs the work there; what it throws is thrown by the task.</summary>
    public Task RunAsync(Action work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        queue.Add(() =>
        {
            try
            {
                work();
                done.SetResult();
            }
            catch (Exception failure)
            {
                // Whoever waits for the work hears of it; the thread goes on to the next.
                done.SetException(failure);
            }
        });
        StartIfNeeded();
        return done.Task;
    }

    private void StartIfNeeded()
    {
        var count = Volatile.Read(ref running);
        while (count < Most && queue.Count > 0)
        {
            var seen = Interlocked.CompareExchange(ref running, count + 1, count);
            if (seen == count)
            {
                new Thread(Work) { IsBackground = true, Name = "files" }.Start();
                return;
            }
            count = seen;
        }
    }

    private void Work()
    {
        LowPriority.YieldToOthers();
        while (queue.TryTake(out var work, Idle))
        {
            if (traffic.IsLive)
                WorkGently(work);
            else
                work();
        }
        Interlocked.Decrement(ref running);
        // Something may have come between the last look and the line above.
        StartIfNeeded();
    }

    private void WorkGently(Action work)
    {
        lock (turn)
        {
            var start = Stopwatch.GetTimestamp();
            work();
            owed += Stopwatch.GetElapsedTime(start) * RestsPerWork;
            if (owed < ShortestRest)
                return;
            Thread.Sleep(owed < LongestRest ? owed : LongestRest);
            owed = TimeSpan.Zero;
        }
    }
}
