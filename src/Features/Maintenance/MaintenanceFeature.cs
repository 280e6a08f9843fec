using System.Text.Json.Serialization;
using Chatalot.Shared.Json;
using Chatalot.Shared.Scheduling;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Features.Maintenance;

/// <summary>The jobs that keep the instance small, and what operators see of them.</summary>
public static class MaintenanceFeature
{
    /// <summary>Registers what the jobs need; which job runs when is the host's decision.</summary>
    public static IServiceCollection AddMaintenance(this IServiceCollection services, MaintenanceOptions options)
    {
        services.AddSingleton(options);
        services.AddScoped<Sweep>();
        services.AddScoped<MessageSweep>();
        return services.ConfigureHttpJsonOptions(json => json.SerializerOptions.AddContext(MaintenanceJson.Default));
    }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(IReadOnlyList<JobStatus>))]
[JsonSerializable(typeof(JobRunSummary))]
[JsonSerializable(typeof(RunJob.Command), TypeInfoPropertyName = "RunJobCommand")]
internal sealed partial class MaintenanceJson : JsonSerializerContext;
