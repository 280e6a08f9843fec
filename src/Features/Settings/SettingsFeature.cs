using System.Text.Json;
using System.Text.Json.Serialization;
using Chatalot.Shared.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Features.Settings;

/// <summary>The door of what operators change while the server runs.</summary>
public static class SettingsFeature
{
    /// <summary>Registers <see cref="InstanceSettings"/>, what tells sockets of changes, and JSON.</summary>
    public static IServiceCollection AddInstanceSettings(this IServiceCollection services)
    {
        services.AddSingleton<InstanceSettings>();
        services.AddHostedService<SettingsBroadcast>();
        return services.ConfigureHttpJsonOptions(json => json.SerializerOptions.AddContext(SettingsJson.Default));
    }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(Dictionary<string, JsonElement>))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class SettingsJson : JsonSerializerContext;
