using Chatalot.Features.Auth;
using Chatalot.Features.Frames;
using Chatalot.Host.Backup;
using Chatalot.Host.Configuration;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Postgres;

namespace Chatalot.Host;

/// <summary>
/// Makes the database ready once it can be reached: documents, then scripts. Until then everything that needs it
/// answers 503. A schema that does not fit stops the server, because nothing would work.
/// </summary>
internal sealed partial class DatabaseStartup(
    ServerSettings settings,
    DatabaseOptions options,
    DatabaseAvailability database,
    DocumentSchema documents,
    SchemaReadiness schema,
    AdminBootstrap admin,
    StartupReport report,
    IHostApplicationLifetime lifetime,
    ILoggerFactory loggers,
    TimeProvider clock
) : BackgroundService
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private readonly ILogger logger = loggers.CreateLogger("Chatalot.Startup");

    /// <summary>What the process exits with.</summary>
    public int ExitCode { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await database.WaitUntilConnectedAsync(stoppingToken);
            while (!await TryPrepareAsync(stoppingToken))
                await Task.Delay(RetryInterval, clock, stoppingToken);
            schema.Ready();
            LogListening(logger, settings.Listen);
        }
        catch (Exception unfit) when (unfit is SchemaException or BackupException)
        {
            LogUnfit(logger, unfit.Message);
            ExitCode = 1;
            lifetime.StopApplication();
        }
    }

    /// <summary>False when the database went away meanwhile: each part can be done again.</summary>
    private async Task<bool> TryPrepareAsync(CancellationToken ct)
    {
        try
        {
            await MigrateAsync(ct);
            await admin.RunAsync(ct);
            await report.RunAsync(ct);
            return true;
        }
        catch (Exception lost) when (DatabaseFailure.IsConnectionFailure(lost))
        {
            LogLost(logger, DatabaseFailure.Describe(lost));
            database.ReportFailure(lost);
            return false;
        }
    }

    /// <summary>
    /// Brings the database to this build's schema; the result is the number of scripts that were applied.
    /// </summary>
    /// <exception cref="SchemaException">The schema does not fit this build.</exception>
    /// <exception cref="BackupException">It was to be saved before, and could not; it is as it was.</exception>
    public Task<int> MigrateAsync(CancellationToken ct)
    {
        var migrator = new SchemaMigrator(
            options,
            SchemaScript.FromAssembly(typeof(IClientFrame).Assembly),
            loggers.CreateLogger<SchemaMigrator>(),
            clock
        )
        {
            BeforeChange = settings.Database.IsSavedBeforeMigration
                ? new DumpBeforeMigration(settings, options, loggers, clock).RunAsync
                : null,
        };
        return migrator.MigrateAsync(documents.ApplyAsync, ct);
    }

    [LoggerMessage(EventName = "Listening", Level = LogLevel.Information, Message = "Listening on {Address}")]
    private static partial void LogListening(ILogger logger, System.Net.IPEndPoint address);

    [LoggerMessage(
        EventName = "DatabaseNotPrepared",
        Level = LogLevel.Warning,
        Message = "The database went away while it was made ready, trying again: {Reason}"
    )]
    private static partial void LogLost(ILogger logger, string reason);

    [LoggerMessage(EventName = "SchemaUnfit", Level = LogLevel.Error, Message = "{Reason}")]
    private static partial void LogUnfit(ILogger logger, string reason);
}
