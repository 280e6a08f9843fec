using System.Diagnostics;

namespace Chatalot.Shared.Postgres.Embedded;

/// <summary>How a server ended when it was told to.</summary>
internal enum PostmasterEnd
{
    /// <summary>In its own time.</summary>
    InOrder,

    /// <summary>By an immediate shutdown; it recovers at its next start.</summary>
    AtOnce,

    /// <summary>It did not react any more; it recovers at its next start.</summary>
    Killed,

    /// <summary>Not yet: the kernel holds it, for a disk that does not answer for example.</summary>
    Pending,
}

/// <summary>
/// A running PostgreSQL server process: one that we started, or one that a killed chat server left behind.
/// </summary>
internal sealed class Postmaster : IDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// A server that takes longer to say that it stops is frozen; one that is merely busy says it at once.
    /// </summary>
    private static readonly TimeSpan FastAnswer = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan ImmediateAnswer = TimeSpan.FromSeconds(2);

    /// <summary>Longer than the server itself waits before it kills its own processes (5 s).</summary>
    private static readonly TimeSpan ImmediateLimit = TimeSpan.FromSeconds(7);

    private static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(3);

    private readonly ClusterFolder folder;
    private readonly Process? child;

    private Postmaster(ClusterFolder folder, int processId, Process? child)
    {
        this.folder = folder;
        this.child = child;
        ProcessId = processId;
    }

    public int ProcessId { get; }

    /// <summary>Folder of the socket that it listens on; known once it is ready.</summary>
    public string SocketFolder { get; private set; } = "";

    /// <summary>True once the process has ended.</summary>
    public bool HasExited => child?.HasExited ?? !PostmasterFile.IsAlive(folder.Cluster);

    /// <summary>Why it ended, as far as can be known.</summary>
    public string ExitReason => child is { HasExited: true } ? $"exit code {child.ExitCode}" : "process gone";

    /// <summary>The server that already runs on this cluster, or null after removing what a dead one left.</summary>
    public static Postmaster? FindRunning(ClusterFolder folder)
    {
        if (PostmasterFile.IsAlive(folder.Cluster) && PostmasterFile.Read(folder.Cluster) is { } file)
            return new Postmaster(folder, file.ProcessId, child: null);
        File.Delete(PostmasterFile.PathIn(folder.Cluster));
        return null;
    }

    /// <summary>Starts the server; it is not ready yet.</summary>
    public static Postmaster Start(ClusterFolder folder, ServerPrograms programs)
    {
        var process = programs.StartPostmaster();
        return new Postmaster(folder, process.Id, process);
    }

    /// <summary>Waits until the server takes connections.</summary>
    /// <exception cref="EmbeddedPostgresException">It ended instead, or did not get there in time.</exception>
    public async Task WaitUntilReadyAsync(TimeSpan limit, CancellationToken ct)
    {
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < limit; await Task.Delay(PollInterval, ct))
        {
            if (HasExited)
                throw new EmbeddedPostgresException(
                    $"PostgreSQL did not start ({ExitReason}). {LastLines()}See {folder.StartLog} and "
                        + $"{Path.Combine(folder.Cluster, "log")}."
                );
            if (PostmasterFile.Read(folder.Cluster) is { IsReady: true } file && file.ProcessId == ProcessId)
            {
                SocketFolder = file.SocketFolder;
                return;
            }
        }
        throw new EmbeddedPostgresException(
            $"PostgreSQL (process {ProcessId}) was not ready after {limit.TotalSeconds:0} s. See {folder.Cluster}/log."
        );
    }

    /// <summary>Waits for its end, whatever causes it.</summary>
    public async Task WaitForExitAsync(CancellationToken ct)
    {
        if (child is not null)
        {
            await child.WaitForExitAsync(ct);
            return;
        }
        while (!HasExited)
            await Task.Delay(WatchInterval, ct);
    }

    /// <summary>Fast shutdown; past the limit it ends as <see cref="EndAsync"/> says.</summary>
    public async Task<PostmasterEnd> StopAsync(TimeSpan limit)
    {
        Signal(Posix.FastShutdown);
        return await EndsWithinAsync(limit, FastAnswer) ? PostmasterEnd.InOrder : await EndAsync();
    }

    /// <summary>
    /// Immediate shutdown, which loses nothing either but makes the next start slower; and when it does not react,
    /// because it is frozen or its disk hangs, it is killed with all its processes. One that survived would keep the
    /// next start out.
    /// </summary>
    public async Task<PostmasterEnd> EndAsync()
    {
        Signal(Posix.ImmediateShutdown);
        if (await EndsWithinAsync(ImmediateLimit, ImmediateAnswer))
            return PostmasterEnd.AtOnce;
        var children = Posix.ChildrenOf(ProcessId);
        Signal(Posix.Kill);
        foreach (var child in children)
            Posix.Signal(child, Posix.Kill);
        return await EndsWithinAsync(KillLimit, KillLimit) ? PostmasterEnd.Killed : PostmasterEnd.Pending;
    }

    public void Dispose() => child?.Dispose();

    private void Signal(int signal)
    {
        if (!HasExited)
            Posix.Signal(ProcessId, signal);
    }

    /// <param name="limit">Longest wait for the end.</param>
    /// <param name="answer">Longest wait for its word that it stops.</param>
    private async Task<bool> EndsWithinAsync(TimeSpan limit, TimeSpan answer)
    {
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < limit; await Task.Delay(PollInterval))
            if (HasExited || (waited.Elapsed > answer && PostmasterFile.Read(folder.Cluster) is { IsStopping: false }))
                break;
        return HasExited;
    }

    private string LastLines()
    {
        var lines = File.Exists(folder.StartLog) ? File.ReadLines(folder.StartLog).TakeLast(3).ToArray() : [];
        return lines.Length > 0 ? $"It said: {string.Join(" | ", lines)}. " : "";
    }
}
