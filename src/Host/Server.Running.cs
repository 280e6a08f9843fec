using System.Net.Sockets;
using Chatalot.Features.Health;
using Chatalot.Host.Configuration;
using Chatalot.Shared.Logging;
using Chatalot.Shared.Postgres;
using Chatalot.Shared.Storage;

namespace Chatalot.Host;

/// <content>From the first line of the log to the last.</content>
internal static partial class Server
{
    /// <summary>For the end of a server that never served.</summary>
    private static readonly TimeSpan FailedStartLimit = TimeSpan.FromSeconds(5);

    /// <summary>Runs until told to stop; the result is the exit code.</summary>
    public static async Task<int> RunAsync(ServerSettings settings, LogPipeline log, CancellationToken ct)
    {
        using var loggers = LoggerFactory.Create(logging => logging.AddChatalotLogging(log));
        var logger = loggers.CreateLogger("Chatalot.Startup");
        using var signals = new StopSignals(logger, log);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct, signals.Stop);
        try
        {
            LogStarting(logger, ServerVersion.Current, settings.Listen);
            return await ServeAsync(settings, signals, log, logger, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            ShutdownReport.LogEndOfStart(logger);
            return 0;
        }
        catch (Exception problem)
            when (problem is EmbeddedPostgresException or InvalidDataException or IOException or SocketException)
        {
            LogCannotStart(logger, problem.Message);
            return 1;
        }
    }

    private static async Task<int> ServeAsync(
        ServerSettings settings,
        IHostLifetime lifetime,
        LogPipeline log,
        ILogger logger,
        CancellationToken stop
    )
    {
        int exitCode;
        ShutdownReport report;
        await using (var cluster = await StartPrivateClusterAsync(settings, logger, stop))
        {
            var app = Build(
                settings,
                DatabaseOptionsOf(settings, cluster),
                services => services.AddSingleton(lifetime),
                log
            );
            using var manager = ServiceManager.Find(app.Lifetime);
            report = app.Services.GetRequiredService<ShutdownReport>();
            var startup = app.Services.GetRequiredService<DatabaseStartup>();
            var isBroken = false;
            using var stopping = app.Lifetime.ApplicationStopping.Register(() => isBroken = HasFault(app.Services));
            await StartAsync(app, logger, stop);
            await WaitForEndAsync(app.Lifetime, stop);
            await new Farewell(app, cluster, settings.ShutdownTimeout, logger).StopAsync();
            exitCode = isBroken ? 1 : startup.ExitCode;
        }
        report.LogEnd(logger);
        return exitCode;
    }

    private static async Task StartAsync(WebApplication app, ILogger logger, CancellationToken stop)
    {
        try
        {
            await CheckStorageAsync(app.Services.GetRequiredService<IBlobStorage>(), logger, stop);
            await app.StartAsync(CancellationToken.None);
        }
        catch
        {
            // What has started stops in order: disposed of while it runs, it would cover the reason with complaints.
            using var limit = new CancellationTokenSource(FailedStartLimit);
            await app.StopAsync(limit.Token);
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Until a signal comes, or the server itself finds that it cannot go on.</summary>
    private static async Task WaitForEndAsync(IHostApplicationLifetime lifetime, CancellationToken stop)
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var told = stop.Register(() => end.TrySetResult());
        await using var given = lifetime.ApplicationStopping.Register(() => end.TrySetResult());
        await end.Task;
    }

    /// <summary>
    /// Whether a part that should run for ever ended with a fault, which stops the host: a service manager starts it
    /// again only when the exit code says so.
    /// </summary>
    internal static bool HasFault(IServiceProvider services) =>
        services
            .GetServices<IHostedService>()
            .OfType<BackgroundService>()
            .Any(part => part.ExecuteTask is { IsFaulted: true });

    /// <summary>
    /// A bucket that refuses us stops the start; one that does not answer yet is waited for while the server runs.
    /// </summary>
    /// <exception cref="InvalidDataException">The configuration must change.</exception>
    internal static async Task CheckStorageAsync(IBlobStorage storage, ILogger logger, CancellationToken ct)
    {
        if (await storage.FindProblemAsync(ct) is not { } problem)
            return;
        if (problem.IsLasting)
            throw new InvalidDataException($"FILE_STORAGE: {problem.Reason}");
        LogNoStorage(logger, problem.Reason);
    }

    private static async Task<EmbeddedPostgres?> StartPrivateClusterAsync(
        ServerSettings settings,
        ILogger logger,
        CancellationToken ct
    )
    {
        if (settings.Database.ConnectionString is not null)
            return null;
        return await EmbeddedPostgres.StartAsync(EmbeddedOptionsOf(settings), logger, ct);
    }

    [LoggerMessage(
        EventName = "Starting",
        Level = LogLevel.Information,
        Message = "Starting Chatalot server {Version} on {Address}"
    )]
    private static partial void LogStarting(ILogger logger, string version, System.Net.IPEndPoint address);

    [LoggerMessage(
        EventName = "FileStoreUnusable",
        Level = LogLevel.Warning,
        Message = "Files cannot be stored yet: {Reason}"
    )]
    private static partial void LogNoStorage(ILogger logger, string reason);

    [LoggerMessage(EventName = "CannotStart", Level = LogLevel.Error, Message = "The server cannot start: {Reason}")]
    private static partial void LogCannotStart(ILogger logger, string reason);
}
