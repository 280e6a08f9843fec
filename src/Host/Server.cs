using Chatalot.Host.Configuration;
using Chatalot.Shared.Http;
using Chatalot.Shared.Logging;

namespace Chatalot.Host;

/// <summary>What the server is made of.</summary>
internal static partial class Server
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
        builder.Services.AddHttpEdge(settings.Http);
        builder.Services.AddAuthentication();
        builder.Services.AddAuthorization();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = settings.ShutdownTimeout);

        await using var app = builder.Build();
        app.UseChatalotPipeline();
        await app.RunAsync(ct);
        return 0;
    }
}
