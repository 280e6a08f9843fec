using System.Collections.Concurrent;

namespace Chatalot.Shared.Realtime;

/// <summary>
/// Runs the writers of lines that have something to write, a few lines at a turn and as many turns at once as there are
/// processors. A frame for thousands would otherwise stand in the thread pool as thousands of pieces of work, and
/// whatever comes next would wait behind all of them.
/// </summary>
internal sealed class Writers : IThreadPoolWorkItem
{
    /// <summary>Less than half a millisecond, after which everything else has its turn.</summary>
    private const int LinesATurn = 16;

    private static readonly int MostTurns = Environment.ProcessorCount;
    private static readonly ConcurrentQueue<Line> Waiting = new();
    private static readonly Writers Turn = new();
    private static int turns;

    private Writers() { }

    /// <summary>Has the line's writer run soon.</summary>
    public static void Schedule(Line line)
    {
        Waiting.Enqueue(line);
        TakeTurn();
    }

    void IThreadPoolWorkItem.Execute()
    {
        for (var i = 0; i < LinesATurn && Waiting.TryDequeue(out var line); i++)
            line.Write?.Invoke();
        if (!Waiting.IsEmpty)
        {
            ThreadPool.UnsafeQueueUserWorkItem(Turn, preferLocal: false);
            return;
        }
        Interlocked.Decrement(ref turns);
        // Something may have come between the last look and the line above.
        if (!Waiting.IsEmpty)
            TakeTurn();
    }

    private static void TakeTurn()
    {
        var count = Volatile.Read(ref turns);
        while (count < MostTurns)
        {
            var seen = Interlocked.CompareExchange(ref turns, count + 1, count);
            if (seen == count)
            {
                ThreadPool.UnsafeQueueUserWorkItem(Turn, preferLocal: false);
                return;
            }
            count = seen;
        }
    }
}
