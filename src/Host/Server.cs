using Chatalot.Features.Health;
using Chatalot.Host.Configuration;
using Chatalot.Host.Pages;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Http;
using Chatalot.Shared.Json;
using Chatalot.Shared.Logging;
using Chatalot.Shared.Postgres;

namespace Chatalot.Host;

/// <summary>What the server is made of.</summary>
internal static class Server
{
    /// <summary>Runs until told to stop; the result is the exit code.</summary>
    public static async Task<int> RunAsync(ServerSettings settings, CancellationToken ct)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.AddChatalotLogging(settings.Log.Verbosity, settings.Log.IsJson);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(settings.Listen);
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = settings.ShutdownTimeout);
        builder.Services.ConfigureHttpJsonOptions(json => JsonDefaults.Apply(json.SerializerOptions));
        builder.Services.AddHttpEdge(settings.Http);
        builder.Services.AddSingleton(new WebClientFolder(settings.StaticFilesPath));
        builder.Services.AddPostgres(
            new DatabaseOptions
            {
                ConnectionString = settings.Database.ConnectionString ?? "Host=127.0.0.1;Database=chatalot",
                MaxPoolSize = settings.Database.PoolMax,
                MinPoolSize = settings.Database.PoolMin,
            }
        );
        builder.Services.AddAuthentication();
        builder.Services.AddAuthorization();
        builder.Services.AddEndpoints(typeof(HealthFeature).Assembly);
        builder.Services.AddHealth();
        builder.Services.AddApiDocumentation();

        await using var app = builder.Build();
        app.UseChatalotPipeline();
        app.MapEndpoints();
        app.MapApiDocumentation();
        await app.RunAsync(ct);
        return 0;
    }
}
