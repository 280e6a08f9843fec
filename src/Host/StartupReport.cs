using Chatalot.Features.Settings;
using Chatalot.Host.Pages;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Host;

/// <summary>
/// What is done and told once the schema is in place: the instance settings, a web client that is not there, and the
/// statistics of statements, which an operator's own PostgreSQL may not have. Nothing of it stops the start.
/// </summary>
internal sealed partial class StartupReport(
    InstanceSettings settings,
    WebClientFolder client,
    DatabaseOptions options,
    ILoggerFactory loggers
)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly ILogger logger = loggers.CreateLogger("Chatalot.Startup");

    public async Task RunAsync(CancellationToken ct)
    {
        if (!client.HasClient)
            LogNoClient(logger, client.FullPath);
        await CountStatementsAsync(ct);
        try
        {
            var current = await settings.CurrentAsync(ct);
            var isEncrypted = current.IsEndToEndEncrypted ? "true" : "false";
            LogSettings(logger, current.MaxMessagesCache, current.MaxPinsPerChannel, isEncrypted);
        }
        catch (NpgsqlException reason)
        {
            LogNoSettings(logger, reason.Message);
        }
    }

    private async Task CountStatementsAsync(CancellationToken ct)
    {
        try
        {
            await using var source = DatabaseSource.CreateUnpooled(options, "startup", Limit, loadTypes: false);
            await using var connection = await source.OpenConnectionAsync(ct);
            await using var command = new NpgsqlCommand(
                "create extension if not exists pg_stat_statements",
                connection
            );
            await command.ExecuteNonQueryAsync(ct);
        }
        catch (Exception refusal) when (refusal is PostgresException or NpgsqlException or TimeoutException)
        {
            LogNoStatistics(logger, (refusal as PostgresException)?.MessageText ?? refusal.Message);
        }
    }

    [LoggerMessage(
        EventName = "NoWebClient",
        Level = LogLevel.Warning,
        Message = "STATIC_FILES_PATH: there is no web client (index.html) in {Folder}; / shows a welcome page"
    )]
    private static partial void LogNoClient(ILogger logger, string folder);

    [LoggerMessage(
        EventName = "InstanceSettings",
        Level = LogLevel.Information,
        Message = "Instance settings: max_messages_cache={MaxMessagesCache}, max_pins_per_channel={MaxPinsPerChannel}, e2e_enabled={E2eEnabled}"
    )]
    private static partial void LogSettings(
        ILogger logger,
        int maxMessagesCache,
        int maxPinsPerChannel,
        string e2eEnabled
    );

    [LoggerMessage(
        EventName = "InstanceSettingsMissing",
        Level = LogLevel.Warning,
        Message = "Failed to load instance settings: {Reason}"
    )]
    private static partial void LogNoSettings(ILogger logger, string reason);

    [LoggerMessage(
        EventName = "NoStatementStatistics",
        Level = LogLevel.Information,
        Message = "Statements are not counted (pg_stat_statements): {Reason}"
    )]
    private static partial void LogNoStatistics(ILogger logger, string reason);
}
