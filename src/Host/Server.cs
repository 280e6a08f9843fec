using Chatalot.Features.Accounts;
using Chatalot.Features.Administration;
using Chatalot.Features.Alerts;
using Chatalot.Features.Announcements;
using Chatalot.Features.Auth;
using Chatalot.Features.Auth.TwoFactor;
using Chatalot.Features.Bookmarks;
using Chatalot.Features.Channels;
using Chatalot.Features.Communities;
using Chatalot.Features.Departures;
using Chatalot.Features.DirectMessages;
using Chatalot.Features.Exports;
using Chatalot.Features.ExternalLogins;
using Chatalot.Features.Feedback;
using Chatalot.Features.Files;
using Chatalot.Features.Frames;
using Chatalot.Features.Gateway;
using Chatalot.Features.Groups;
using Chatalot.Features.Health;
using Chatalot.Features.Keys;
using Chatalot.Features.Legal;
using Chatalot.Features.Maintenance;
using Chatalot.Features.Messages;
using Chatalot.Features.Moderation;
using Chatalot.Features.Operations;
using Chatalot.Features.Pictures;
using Chatalot.Features.Pins;
using Chatalot.Features.Polls;
using Chatalot.Features.Presence;
using Chatalot.Features.Previews;
using Chatalot.Features.Profiles;
using Chatalot.Features.Push;
using Chatalot.Features.Reactions;
using Chatalot.Features.ReadMarkers;
using Chatalot.Features.Reports;
using Chatalot.Features.ScheduledMessages;
using Chatalot.Features.Search;
using Chatalot.Features.Settings;
using Chatalot.Features.Spaces;
using Chatalot.Features.Users;
using Chatalot.Features.Voice;
using Chatalot.Features.Webhooks;
using Chatalot.Host.Configuration;
using Chatalot.Host.Pages;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Http;
using Chatalot.Shared.Json;
using Chatalot.Shared.Logging;
using Chatalot.Shared.Metrics;
using Chatalot.Shared.Postgres;
using Chatalot.Shared.Scheduling;
using Chatalot.Shared.Security;
using Chatalot.Shared.Storage;

namespace Chatalot.Host;

/// <summary>What the server is made of.</summary>
internal static partial class Server
{
    /// <summary>Where the private PostgreSQL lives.</summary>
    internal static EmbeddedPostgresOptions EmbeddedOptionsOf(ServerSettings settings) =>
        new() { DataFolder = Path.Combine(settings.DataPath, "postgres"), BinFolder = settings.Database.PostgresBin };

    internal static DatabaseOptions DatabaseOptionsOf(ServerSettings settings, EmbeddedPostgres? cluster) =>
        new()
        {
            ConnectionString = cluster?.ConnectionString ?? settings.Database.ConnectionString!,
            MaxPoolSize = settings.Database.PoolMax,
            MinPoolSize = settings.Database.PoolMin,
        };

    /// <summary>
    /// Settings come from the environment and are read once. The framework would watch the working folder for changes
    /// of its own settings file, with everything below it: each write of a database that lies there would wake a
    /// thread.
    /// </summary>
    private static readonly string[] NothingIsWatched = ["--hostBuilder:reloadConfigOnChange=false"];

    /// <summary>The server, ready to start.</summary>
    /// <param name="settings">The checked configuration.</param>
    /// <param name="database">Where the database is.</param>
    /// <param name="adjust">Replaces what was registered, last of all: who stops the host; in tests, the clock.</param>
    /// <param name="log">The process's log; null: one of the server's own, closed with it.</param>
    public static WebApplication Build(
        ServerSettings settings,
        DatabaseOptions database,
        Action<IServiceCollection>? adjust = null,
        LogPipeline? log = null
    )
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = NothingIsWatched });
        if (log is null)
            builder.Logging.AddChatalotLogging(settings.Log);
        else
            builder.Logging.AddChatalotLogging(log);
        var services = builder.Services;
        services.AddHttpEdge(settings.Http);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            var connections = kestrel.ApplicationServices.GetRequiredService<OpenConnections>();
            kestrel.Listen(
                settings.Listen,
                listen =>
                {
                    listen.UseSendfile();
                    listen.Use(next => connection => connections.ServeAsync(connection, next));
                }
            );
        });
        services.Configure<HostOptions>(host => host.ShutdownTimeout = settings.ShutdownTimeout);
        services.LimitFarewell(settings.ShutdownTimeout);
        services.AddMetricsReading(new MetricsOptions(settings.Metrics.Listen, settings.Metrics.Token));
        services.AddPostgres(database);
        services.AddMarten();
        services.AddSingleton(settings);
        services.AddHostedService(provider => provider.GetRequiredService<DatabaseStartup>());
        services.AddSingleton<DatabaseStartup>();
        services.AddEndpoints(typeof(IClientFrame).Assembly);
        services.AddApiDocumentation();
        services.AddSingleton(new WebClientFolder(settings.StaticFilesPath));
        services.ConfigureHttpJsonOptions(json => JsonDefaults.Apply(json.SerializerOptions));

        services.AddStorage(FeatureOptions.Storage(settings), settings.Files.Bucket);
        services.AddPictures();
        services.AddAccounts();
        services.AddAuth(FeatureOptions.Auth(settings));
        services.AddSingleton(provider =>
            FeatureOptions.SecondFactors(settings, provider.GetRequiredService<ILoggerFactory>())
        );
        services.AddInstanceSettings();
        services.AddSpaces(FeatureOptions.Spaces(settings));
        services.AddUsers();
        services.AddChannels();
        services.AddGroups();
        services.AddCommunities();
        services.AddDepartures();
        services.AddExternalLogins(FeatureOptions.ExternalLogins(settings));
        services.AddModeration();
        services.AddDirectMessages();
        services.AddGateway(settings.Sockets, FeatureOptions.Gateway(settings));
        services.AddVoice(new VoiceOptions(), FeatureOptions.Sfu(settings));
        services.AddKeys();
        services.AddMessages();
        services.AddFiles(FeatureOptions.Files(settings));
        services.AddReactions();
        services.AddReadMarkers();
        services.AddPresence();
        services.AddProfiles();
        services.AddPins();
        services.AddBookmarks();
        services.AddPolls();
        services.AddWebhooks();
        services.AddAdministration();
        services.AddAnnouncements();
        services.AddReports();
        services.AddExports();
        services.AddFeedback(FeatureOptions.Feedback(settings));
        services.AddLegal(FeatureOptions.Legal(settings));
        services.AddPush(FeatureOptions.Push(settings));
        services.AddScheduledMessages();
        services.AddSearch();
        services.AddPreviews(FeatureOptions.Gifs(settings));
        services.AddHealth();
        services.AddReadinessChecks(settings);
        services.AddOperations(FeatureOptions.Operations(settings));
        if (settings.Metrics.Collector is { } collector)
            services.AddHostedService(provider => ActivatorUtilities.CreateInstance<OtlpExport>(provider, collector));
        services.AddHostedService<MemoryAtRest>();
        services.AddSingleton<StartupReport>();
        services.AddSingleton<ShutdownReport>();
        services.AddHostedService(provider => provider.GetRequiredService<ShutdownReport>());
        services.AddAlerts(FeatureOptions.Alerts(settings));
        services.AddMaintenance(FeatureOptions.Maintenance(settings));
        services.AddScheduler(MaintenanceSchedule.Configure, new() { Spread = TimeSpan.FromSeconds(2) });

        adjust?.Invoke(services);
        var app = builder.Build();
        // Read or made now, so that bad keys stop the start before the database is touched.
        app.Services.GetRequiredService<TokenKeys>();
        app.Services.GetRequiredService<SecondFactorKey>();
        app.UseChatalotPipeline();
        app.MapEndpoints();
        app.MapMetrics();
        app.MapGateway();
        app.MapApiDocumentation();
        app.MapOperationsPage();
        return app;
    }
}
