using System.Diagnostics;
using Chatalot.Shared.Postgres.Embedded;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Chatalot.Shared.Postgres;

/// <summary>
/// A private PostgreSQL cluster: created once in a data folder, reachable by this process alone, restarted when it
/// dies, stopped with the server and taken over when a killed server left it running. Never runs as root.
/// </summary>
public sealed class EmbeddedPostgres : IAsyncDisposable
{
    private static readonly TimeSpan FirstRestartWait = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestRestartWait = TimeSpan.FromSeconds(30);

    /// <summary>A server that ran this long was healthy: its end does not count as one more failure in a row.</summary>
    private static readonly TimeSpan HealthyRun = TimeSpan.FromMinutes(1);

    private readonly EmbeddedPostgresOptions options;
    private readonly ILogger logger;
    private readonly ClusterFolder folder;
    private readonly PostmasterStart start;
    private readonly CancellationTokenSource stopping = new();
    private Postmaster postmaster;
    private Task watching = Task.CompletedTask;
    private bool hasEnded;
    private bool disposed;

    private EmbeddedPostgres(
        EmbeddedPostgresOptions options,
        ILogger logger,
        ClusterFolder folder,
        PostmasterStart start,
        Postmaster postmaster
    )
    {
        this.options = options;
        this.logger = logger;
        this.folder = folder;
        this.start = start;
        this.postmaster = postmaster;
    }

    /// <summary>How the application connects: its own role and database, not a superuser. Holds the password.</summary>
    public string ConnectionString =>
        Provisioning.Application(folder, postmaster.SocketFolder, options.Database).ConnectionString;

    /// <summary>Id of the postmaster; changes when it is restarted.</summary>
    public int ProcessId => postmaster.ProcessId;

    /// <summary>How the superuser connects to a database, for tests that make and drop databases.</summary>
    internal string SuperuserConnectionString(string database) =>
        Provisioning.Superuser(folder, postmaster.SocketFolder, database).ConnectionString;

    /// <summary>
    /// How the application connects to the cluster that another process runs, for commands beside a running server.
    /// Null when none runs.
    /// </summary>
    public static string? FindRunning(EmbeddedPostgresOptions options)
    {
        var folder = ClusterFolder.Look(options.DataFolder);
        return
            PostmasterFile.IsAlive(folder.Cluster) && PostmasterFile.Read(folder.Cluster) is { IsReady: true } running
            ? Provisioning.Application(folder, running.SocketFolder, options.Database).ConnectionString
            : null;
    }

    /// <summary>Creates the cluster when there is none, then starts it or takes over the one that runs.</summary>
    /// <exception cref="EmbeddedPostgresException">It cannot be done; the message says why and what to do.</exception>
    public static async Task<EmbeddedPostgres> StartAsync(
        EmbeddedPostgresOptions options,
        ILogger logger,
        CancellationToken ct
    )
    {
        var started = Stopwatch.StartNew();
        var folder = ClusterFolder.Open(options.DataFolder, ServerAccount.ForThisProcess());
        EmbeddedPostgres? server = null;
        try
        {
            var binaries = PostgresBinaries.Find(options.BinFolder, folder.MajorVersion);
            var programs = new ServerPrograms(binaries, folder);
            if (folder.MajorVersion is null)
            {
                await ClusterCreation.CreateAsync(folder, programs, ct);
                EmbeddedPostgresLog.Created(logger, binaries.Version, folder.Path, started.ElapsedMilliseconds);
            }
            var start = new PostmasterStart(options, folder, binaries, programs, logger);
            var postmaster = await start.FindRunningAsync(ct) ?? await start.RunAsync(ct);
            server = new EmbeddedPostgres(options, logger, folder, start, postmaster);
            await server.ProvisionAsync(ct);
            EmbeddedPostgresLog.Ready(logger, binaries.Version, server.ProcessId, started.ElapsedMilliseconds);
            server.watching = server.WatchAsync();
            return server;
        }
        catch
        {
            if (server is not null)
                await server.DisposeAsync();
            else
                folder.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Ends a server that does not answer any more. What was committed is there after its next start, and whoever waits
    /// for an answer gets an error at once instead. It is not started again.
    /// </summary>
    public Task EndAsync() => EndAsync(() => postmaster.EndAsync());

    /// <summary>Stops the server (fast shutdown), waits for its end and releases the data folder.</summary>
    public async ValueTask DisposeAsync()
    {
        if (disposed)
            return;
        disposed = true;
        await EndAsync(() => postmaster.StopAsync(options.StopTimeout));
        folder.RemoveSocketFolder(postmaster.SocketFolder);
        postmaster.Dispose();
        stopping.Dispose();
        folder.Dispose();
    }

    private async Task EndAsync(Func<Task<PostmasterEnd>> end)
    {
        await stopping.CancelAsync();
        await watching;
        if (hasEnded)
            return;
        hasEnded = true;
        var waited = Stopwatch.StartNew();
        var outcome = await end();
        if (outcome == PostmasterEnd.AtOnce)
            EmbeddedPostgresLog.StoppedAtOnce(logger, waited.Elapsed.TotalSeconds);
        else if (outcome == PostmasterEnd.Killed)
            EmbeddedPostgresLog.Killed(logger, waited.Elapsed.TotalSeconds);
        if (outcome == PostmasterEnd.Pending)
            EmbeddedPostgresLog.LeftBehind(logger, postmaster.ProcessId);
        else
            EmbeddedPostgresLog.Stopped(logger);
    }

    private async Task ProvisionAsync(CancellationToken ct)
    {
        try
        {
            var missing = await Provisioning.CompleteAsync(folder, postmaster.SocketFolder, options.Database, ct);
            foreach (var extension in missing)
                EmbeddedPostgresLog.ExtensionMissing(logger, extension);
        }
        catch (NpgsqlException reason)
        {
            throw new EmbeddedPostgresException(
                $"PostgreSQL runs, but its role and database could not be prepared: {reason.Message}",
                reason
            );
        }
    }

    /// <summary>
    /// Starts the server again whenever it dies, the first time at once, then after growing waits. It does not give up:
    /// a full disk that is cleared at night must not need a restart of the chat server in the morning.
    /// </summary>
    private async Task WatchAsync()
    {
        var failures = 0;
        var running = Stopwatch.StartNew();
        try
        {
            while (true)
            {
                await postmaster.WaitForExitAsync(stopping.Token);
                failures = running.Elapsed > HealthyRun ? 0 : failures;
                EmbeddedPostgresLog.Died(logger, postmaster.ExitReason);
                for (var ready = false; !ready; failures++)
                {
                    await Task.Delay(RestartWait(failures), stopping.Token);
                    ready = await TryRestartAsync();
                }
                running.Restart();
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The end of the watch, not of the server: DisposeAsync stops it.
        }
    }

    private async Task<bool> TryRestartAsync()
    {
        try
        {
            File.Delete(PostmasterFile.PathIn(folder.Cluster));
            var started = await start.RunAsync(stopping.Token);
            postmaster.Dispose();
            postmaster = started;
            EmbeddedPostgresLog.Restarted(logger, postmaster.ProcessId);
            return true;
        }
        catch (Exception reason) when (reason is not OperationCanceledException)
        {
            // Whatever it is (no memory for a process, a folder that may not be written), the next attempt may succeed.
            EmbeddedPostgresLog.RestartFailed(logger, reason.Message);
            return false;
        }
    }

    private static TimeSpan RestartWait(int failures) =>
        failures == 0
            ? TimeSpan.Zero
            : TimeSpan.FromTicks(
                Math.Min(LongestRestartWait.Ticks, FirstRestartWait.Ticks << Math.Min(failures - 1, 10))
            );
}
