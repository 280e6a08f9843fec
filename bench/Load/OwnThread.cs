namespace Chatalot.Bench.Load;

/// <summary>Work that blocks or spins as long as it lasts, on a thread of its own: the pool stays free.</summary>
internal static class OwnThread
{
    public static Task RunAsync(Action work, CancellationToken ct) =>
        Task.Factory.StartNew(work, ct, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public static Task<T> RunAsync<T>(Func<T> work, CancellationToken ct) =>
        Task.Factory.StartNew(work, ct, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
