using Microsoft.Extensions.Logging;

namespace Chatalot.Shared.Postgres.Embedded;

/// <summary>Brings the server of a cluster up, or finds the one that is up already.</summary>
internal sealed class PostmasterStart(
    EmbeddedPostgresOptions options,
    ClusterFolder folder,
    PostgresBinaries binaries,
    ServerPrograms programs,
    ILogger logger
)
{
    private const int MostAttempts = 4;
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Starts the server and waits until it is ready. Processes of one that was killed may still be on their way out,
    /// and PostgreSQL rightly refuses to start beside them: that is waited for.
    /// </summary>
    /// <exception cref="EmbeddedPostgresException">It did not start.</exception>
    public async Task<Postmaster> RunAsync(CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            var socketFolder = folder.CreateSocketFolder(programs.IsHidden);
            ClusterFolder.ClearSocketFolder(socketFolder);
            ClusterCreation.WriteSettings(folder, options, socketFolder, binaries.HasLibrary("pg_stat_statements"));
            var postmaster = Postmaster.Start(folder, programs);
            try
            {
                await postmaster.WaitUntilReadyAsync(options.StartTimeout, ct);
                return postmaster;
            }
            catch (EmbeddedPostgresException) when (postmaster.HasExited && attempt < MostAttempts)
            {
                postmaster.Dispose();
                await Task.Delay(FirstWait * attempt, ct);
            }
            catch
            {
                await postmaster.StopAsync(options.StopTimeout);
                postmaster.Dispose();
                throw;
            }
        }
    }

    /// <summary>The server that a killed process left running; null when there is none.</summary>
    /// <exception cref="EmbeddedPostgresException">It runs and does not get ready.</exception>
    public async Task<Postmaster?> FindRunningAsync(CancellationToken ct)
    {
        while (Postmaster.FindRunning(folder) is { } running)
        {
            EmbeddedPostgresLog.TakingOver(logger, running.ProcessId);
            try
            {
                await running.WaitUntilReadyAsync(options.StartTimeout, ct);
                return running;
            }
            catch (EmbeddedPostgresException) when (running.HasExited)
            {
                // It was on its way out when we found it.
            }
        }
        return null;
    }
}
