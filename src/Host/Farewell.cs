using Chatalot.Shared.Http;
using Chatalot.Shared.Postgres;

namespace Chatalot.Host;

/// <summary>
/// Stops the server within a limit, whatever hangs. What everything waits for is the database: when it is silent all
/// through the stop (a frozen process, a dead disk) it is given up, so that the last lines are written before whoever
/// sent the signal loses patience, which systemd and Docker do after 30 s here (contract, operations.md 3.2, 8.5).
/// </summary>
/// <param name="app">The server. It is disposed, too, unless it does not even stop.</param>
/// <param name="cluster">The private PostgreSQL, if there is one; its own stop comes after this.</param>
/// <param name="limit">For the stop of the server; a silent database gets 8 of 20 s, and what waited for it another 5.</param>
/// <param name="logger">Hears what was given up.</param>
internal sealed partial class Farewell(WebApplication app, EmbeddedPostgres? cluster, TimeSpan limit, ILogger logger)
{
    private const double ShareOfSilence = 0.4;
    private const double ShareAfterSilence = 0.25;
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>What is past its limit may still take note of it.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly DatabaseAvailability database = app.Services.GetRequiredService<DatabaseAvailability>();
    private readonly RequestCount requests = app.Services.GetRequiredService<RequestCount>();
    private readonly IReadOnlyList<BackgroundService> services =
    [
        .. app.Services.GetServices<IHostedService>().OfType<BackgroundService>(),
    ];

    /// <summary>Returns when the server has stopped, or was given up.</summary>
    public async Task StopAsync()
    {
        // Not disposed: a stop that was given up may still look at it.
        var patience = new CancellationTokenSource(limit);
        using var over = new CancellationTokenSource();
        var watching = WatchDatabaseAsync(patience, over.Token);
        // On a thread of its own: who cancels a statement tells the database first and waits for that, 5 s if it is
        // silent.
        var stopping = Task.Run(() => StopServerAsync(patience.Token));
        try
        {
            if (await EndsAsync(stopping, patience.Token))
                await stopping;
            else
                LogGivenUp(logger, requests.UnderWay, Unfinished());
        }
        finally
        {
            await over.CancelAsync();
            await watching;
        }
    }

    private async Task StopServerAsync(CancellationToken patience)
    {
        app.Lifetime.StopApplication();
        try
        {
            await app.StopAsync(patience);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            // Whoever was cut off says so; the others have stopped.
        }
        await app.DisposeAsync();
    }

    private static async Task<bool> EndsAsync(Task stopping, CancellationToken patience)
    {
        await stopping.WaitAsync(patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAny(stopping, Task.Delay(Grace, CancellationToken.None));
        return stopping.IsCompleted;
    }

    private async Task WatchDatabaseAsync(CancellationTokenSource patience, CancellationToken over)
    {
        try
        {
            for (var heardAt = TimeProvider.System.GetTimestamp(); ; await Task.Delay(ProbeInterval, over))
            {
                if (await database.CheckAsync(TimeSpan.Zero, over))
                    heardAt = TimeProvider.System.GetTimestamp();
                var silence = TimeProvider.System.GetElapsedTime(heardAt);
                if (silence < limit * ShareOfSilence)
                    continue;
                LogSilent(logger, silence.TotalSeconds, requests.UnderWay);
                if (cluster is not null)
                    await cluster.EndAsync();
                patience.CancelAfter(cluster is null ? TimeSpan.Zero : limit * ShareAfterSilence);
                return;
            }
        }
        catch (Exception end) when (end is OperationCanceledException or ObjectDisposedException)
        {
            // The server has stopped.
        }
    }

    /// <summary>Those who should have ended and have not.</summary>
    private string Unfinished()
    {
        var names = services
            .Where(service => service.ExecuteTask is { IsCompleted: false })
            .Select(s => s.GetType().Name);
        return string.Join(", ", names.DefaultIfEmpty("nothing else"));
    }

    [LoggerMessage(
        EventName = "DatabaseSilentAtStop",
        Level = LogLevel.Warning,
        Message = "The database has not answered for {Seconds:0} s of the stop and is given up, with {Requests} requests and "
            + "whatever else waits for it"
    )]
    private static partial void LogSilent(ILogger logger, double seconds, long requests);

    [LoggerMessage(
        EventName = "StopGivenUp",
        Level = LogLevel.Warning,
        Message = "The stop does not wait any longer: given up are {Requests} requests and {Services}"
    )]
    private static partial void LogGivenUp(ILogger logger, long requests, string services);
}
