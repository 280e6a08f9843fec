using System.Text.Json.Serialization;
using Chatalot.Shared.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Features.Health;

/// <summary>Health, liveness and readiness.</summary>
public static class HealthFeature
{
    /// <summary>Registers the health endpoints; uptime counts from here.</summary>
    public static IServiceCollection AddHealth(this IServiceCollection services)
    {
        services.AddSingleton(new ServerUptime(TimeProvider.System));
        return services.ConfigureHttpJsonOptions(json => json.SerializerOptions.AddContext(HealthJson.Default));
    }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(HealthResponse))]
[JsonSerializable(typeof(LivenessResponse))]
[JsonSerializable(typeof(ReadinessResponse))]
internal sealed partial class HealthJson : JsonSerializerContext;
