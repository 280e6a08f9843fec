using System.Text.Json.Serialization;
using Chatalot.Shared.Json;
using Chatalot.Shared.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Features.Exports;

/// <summary>The door of personal exports: everything about a person, for that person.</summary>
public static class ExportsFeature
{
    /// <summary>Registers the worker and JSON. Needs a storage.</summary>
    public static IServiceCollection AddExports(this IServiceCollection services)
    {
        services.AddSingleton<ExportWriter>();
        services.AddSingleton<ExportArchives>();
        services.AddSingleton<IBlobKeeper, ExportKeeper>();
        services.AddSingleton<ExportWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<ExportWorker>());
        return services.ConfigureHttpJsonOptions(json => json.SerializerOptions.AddContext(ExportsJson.Default));
    }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(RequestExport.Command), TypeInfoPropertyName = "RequestExportCommand")]
[JsonSerializable(typeof(ExportResponse))]
[JsonSerializable(typeof(DownloadExport.Query), TypeInfoPropertyName = "DownloadExportQuery")]
internal sealed partial class ExportsJson : JsonSerializerContext;
