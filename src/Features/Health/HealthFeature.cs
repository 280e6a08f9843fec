using System.Text.Json.Serialization;
using Chatalot.Shared.Json;
using Chatalot.Shared.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Chatalot.Features.Health;

/// <summary>Health, liveness and readiness.</summary>
public static class HealthFeature
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    /// <summary>Registers the health endpoints; uptime counts from here.</summary>
    public static IServiceCollection AddHealth(this IServiceCollection services)
    {
        services.AddSingleton(new ServerUptime(TimeProvider.System));
        services.AddSingleton<ReadinessChecks>();
        services.AddSingleton(provider =>
        {
            var database = provider.GetRequiredService<DatabaseAvailability>();
            return new ReadinessCheck(
                "database",
                async ct => await database.CheckAsync(MaxAge, ct) ? null : "the database cannot be reached",
                MaxAge
            );
        });
        services.AddSingleton(provider =>
        {
            var lifetime = provider.GetRequiredService<IHostApplicationLifetime>();
            return new ReadinessCheck(
                "not_draining",
                () => !lifetime.ApplicationStopping.IsCancellationRequested,
                "the server is stopping"
            );
        });
        return services.ConfigureHttpJsonOptions(json => json.SerializerOptions.AddContext(HealthJson.Default));
    }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(HealthResponse))]
[JsonSerializable(typeof(LivenessResponse))]
[JsonSerializable(typeof(ReadinessResponse))]
internal sealed partial class HealthJson : JsonSerializerContext;
