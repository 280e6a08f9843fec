using System.Text.Json;
using System.Text.Json.Serialization;
using Chatalot.Shared.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Features.Operations;

/// <summary>What the host knows and operators want to see.</summary>
public sealed record OperationsOptions
{
    /// <summary>
    /// Folder of what is stored on this machine's disks: everything, or what an object store does not keep.
    /// </summary>
    public required string StoragePath { get; init; }

    /// <summary>Where people reach the server, or null.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>File that a good backup leaves behind, with its time.</summary>
    public required string BackupMarker { get; init; }

    /// <summary>What the process was configured with; holds no secret.</summary>
    public required IReadOnlyList<ConfiguredSetting> Configuration { get; init; }

    /// <summary>Free space below this is worth a warning.</summary>
    public long LeastFreeBytes { get; init; } = 512L * 1024 * 1024;
}

/// <summary>The door of operations: log search, verbosity, status, slow statements, figures for metrics.</summary>
public static class OperationsFeature
{
    /// <summary>Registers the slices' services.</summary>
    public static IServiceCollection AddOperations(this IServiceCollection services, OperationsOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<LogLevelOverride>();
        services.AddSingleton<DatabaseFigures>();
        services.AddSingleton<StorageFigures>();
        services.AddSingleton<Certificate>();
        services.AddSingleton<LiveFigures>();
        services.AddHostedService(provider => provider.GetRequiredService<LiveFigures>());
        services.AddSingleton<OperationsGauges>();
        services.ActivateSingleton<OperationsGauges>();
        services.ActivateSingleton<LogLevelOverride>();
        return services.ConfigureHttpJsonOptions(json => json.SerializerOptions.AddContext(OperationsJson.Default));
    }

    private static void ActivateSingleton<T>(this IServiceCollection services)
        where T : class => services.AddHostedService<Activation<T>>();
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(SearchLogs.Response), TypeInfoPropertyName = "SearchLogsResponse")]
[JsonSerializable(typeof(SetLogLevel.Command), TypeInfoPropertyName = "SetLogLevelCommand")]
[JsonSerializable(typeof(LogLevelResponse))]
[JsonSerializable(typeof(GetSlowQueries.Response), TypeInfoPropertyName = "GetSlowQueriesResponse")]
[JsonSerializable(typeof(StatusResponse))]
internal sealed partial class OperationsJson : JsonSerializerContext;
