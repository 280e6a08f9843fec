namespace Chatalot.Bench.Load;

/// <summary>Blocking work on threads of its own, so that the thread pool stays free.</summary>
internal static class ManyThreads
{
    /// <summary>
    /// Calls <paramref name="work"/> for 0 to <paramref name="count"/> - 1; the first failure ends it.
    /// </summary>
    public static void Run(int threads, int count, Action<int> work, CancellationToken ct)
    {
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var next = -1;
        void Worker()
        {
            try
            {
                for (var i = Interlocked.Increment(ref next); i < count; i = Interlocked.Increment(ref next))
                {
                    failed.Token.ThrowIfCancellationRequested();
                    work(i);
                }
            }
            catch
            {
                failed.Cancel();
                throw;
            }
        }

        var workers = Enumerable
            .Range(0, Math.Min(threads, count))
            .Select(_ => OwnThread.RunAsync(Worker, CancellationToken.None))
            .ToArray();
        try
        {
            Task.WaitAll(workers, CancellationToken.None);
        }
        catch (AggregateException e) when (e.InnerExceptions.Any(inner => inner is not OperationCanceledException))
        {
            throw new IOException(e.InnerExceptions.First(inner => inner is not OperationCanceledException).Message, e);
        }
    }
}
