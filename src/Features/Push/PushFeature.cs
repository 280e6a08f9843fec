using System.Text.Json.Serialization;
using Chatalot.Features.Messages;
using Chatalot.Shared.Json;
using Chatalot.Shared.Outbound;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Chatalot.Features.Push;

/// <summary>What the host decides about web push.</summary>
/// <param name="PublicKey">P-256 point in base64url; null: no push.</param>
/// <param name="PrivateKey">The scalar that belongs to it, base64url.</param>
/// <param name="Subject">Whom push services can ask about this sender: an https or <c>mailto:</c> address.</param>
public sealed record PushOptions(string? PublicKey, string? PrivateKey, string Subject)
{
    /// <summary>Leaves the private key out.</summary>
    public override string ToString() => $"PushOptions {{ PublicKey = {PublicKey}, Subject = {Subject} }}";
}

/// <summary>The door of web push.</summary>
public static class PushFeature
{
    /// <summary>Registers subscriptions and, where there are keys, what wakes browsers.</summary>
    public static IServiceCollection AddPush(this IServiceCollection services, PushOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<PushAudience>();
        if (options.PrivateKey is not null)
        {
            services.TryAddSingleton<IPublicNetwork, PublicNetwork>();
            services.AddSingleton<PushService>();
            services.AddSingleton<DirectMessagePush>();
            services.AddSingleton<IMessageObserver>(provider => provider.GetRequiredService<DirectMessagePush>());
            services.AddHostedService(provider => provider.GetRequiredService<DirectMessagePush>());
        }
        return services.ConfigureHttpJsonOptions(json => json.SerializerOptions.AddContext(PushJson.Default));
    }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(GetVapidKey.Response), TypeInfoPropertyName = "GetVapidKeyResponse")]
[JsonSerializable(typeof(SubscribeToPush.Command), TypeInfoPropertyName = "SubscribeToPushCommand")]
[JsonSerializable(typeof(UnsubscribeFromPush.Command), TypeInfoPropertyName = "UnsubscribeFromPushCommand")]
internal sealed partial class PushJson : JsonSerializerContext;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PushPayload))]
internal sealed partial class PushPayloadJson : JsonSerializerContext;
