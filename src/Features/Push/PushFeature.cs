using System.Text.Json.Serialization;
using Chatalot.Shared.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Features.Push;

/// <summary>What the host decides about web push.</summary>
/// <param name="PublicKey">P-256 point in base64url; null: no push.</param>
public sealed record PushOptions(string? PublicKey);

/// <summary>The door of web push.</summary>
public static class PushFeature
{
    /// <summary>Registers options and JSON.</summary>
    public static IServiceCollection AddPush(this IServiceCollection services, PushOptions options)
    {
        services.AddSingleton(options);
        return services.ConfigureHttpJsonOptions(json => json.SerializerOptions.AddContext(PushJson.Default));
    }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(GetVapidKey.Response), TypeInfoPropertyName = "GetVapidKeyResponse")]
[JsonSerializable(typeof(SubscribeToPush.Command), TypeInfoPropertyName = "SubscribeToPushCommand")]
[JsonSerializable(typeof(UnsubscribeFromPush.Command), TypeInfoPropertyName = "UnsubscribeFromPushCommand")]
internal sealed partial class PushJson : JsonSerializerContext;
