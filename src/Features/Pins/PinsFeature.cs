using System.Text.Json.Serialization;
using Chatalot.Shared.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Features.Pins;

/// <summary>The door of the feature: messages that a channel keeps in view.</summary>
public static class PinsFeature
{
    /// <summary>Registers pins.</summary>
    public static IServiceCollection AddPins(this IServiceCollection services)
    {
        services.AddSingleton<PinRights>();
        services.AddHostedService<DroppedPins>();
        return services.ConfigureHttpJsonOptions(json => json.SerializerOptions.AddContext(PinsJson.Default));
    }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(ListPins.Query), TypeInfoPropertyName = "ListPinsQuery")]
[JsonSerializable(typeof(IReadOnlyList<PinResponse>))]
[JsonSerializable(typeof(PinMessage.Command), TypeInfoPropertyName = "PinMessageCommand")]
[JsonSerializable(typeof(UnpinMessage.Command), TypeInfoPropertyName = "UnpinMessageCommand")]
internal sealed partial class PinsJson : JsonSerializerContext;
