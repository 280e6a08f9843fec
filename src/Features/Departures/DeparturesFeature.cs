using System.Text.Json.Serialization;
using Chatalot.Shared.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Features.Departures;

/// <summary>The door of departures: accounts that go for good. Knows the features that they leave.</summary>
public static class DeparturesFeature
{
    /// <summary>Registers the slices' services and JSON.</summary>
    public static IServiceCollection AddDepartures(this IServiceCollection services)
    {
        services.AddSingleton<AccountRemoval>();
        return services.ConfigureHttpJsonOptions(json => json.SerializerOptions.AddContext(DeparturesJson.Default));
    }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(DeleteAccount.Command), TypeInfoPropertyName = "DeleteAccountCommand")]
internal sealed partial class DeparturesJson : JsonSerializerContext;
