using System.Text.Json.Serialization;
using Chatalot.Shared.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Features.Reports;

/// <summary>The door of reports.</summary>
public static class ReportsFeature
{
    /// <summary>Registers the slices' services and JSON.</summary>
    public static IServiceCollection AddReports(this IServiceCollection services)
    {
        services.AddSingleton<ReportTargets>();
        services.AddHostedService<ReportBroadcast>();
        return services.ConfigureHttpJsonOptions(json => json.SerializerOptions.AddContext(ReportsJson.Default));
    }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(CreateReport.Command), TypeInfoPropertyName = "CreateReportCommand")]
[JsonSerializable(typeof(ListReports.Query), TypeInfoPropertyName = "ListReportsQuery")]
[JsonSerializable(typeof(ListReports.Response), TypeInfoPropertyName = "ListReportsResponse")]
[JsonSerializable(typeof(ReviewReport.Command), TypeInfoPropertyName = "ReviewReportCommand")]
internal sealed partial class ReportsJson : JsonSerializerContext;
