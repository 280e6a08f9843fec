using System.Text.Json.Serialization;
using Chatalot.Shared.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Features.Webhooks;

/// <summary>The door of the feature: addresses through which other programs post into a channel.</summary>
public static class WebhooksFeature
{
    /// <summary>Registers webhooks.</summary>
    public static IServiceCollection AddWebhooks(this IServiceCollection services)
    {
        services.AddSingleton<WebhookStore>();
        services.AddSingleton<WebhookTurn>();
        services.AddSingleton<WebhookTokens>();
        return services.ConfigureHttpJsonOptions(json => json.SerializerOptions.AddContext(WebhooksJson.Default));
    }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(WebhookResponse))]
[JsonSerializable(typeof(IReadOnlyList<WebhookResponse>))]
[JsonSerializable(typeof(CreateWebhook.Command), TypeInfoPropertyName = "CreateWebhookCommand")]
[JsonSerializable(typeof(ListWebhooks.Query), TypeInfoPropertyName = "ListWebhooksQuery")]
[JsonSerializable(typeof(UpdateWebhook.Command), TypeInfoPropertyName = "UpdateWebhookCommand")]
[JsonSerializable(typeof(RotateWebhookToken.Command), TypeInfoPropertyName = "RotateWebhookTokenCommand")]
[JsonSerializable(typeof(DeleteWebhook.Command), TypeInfoPropertyName = "DeleteWebhookCommand")]
[JsonSerializable(typeof(ExecuteWebhook.Command), TypeInfoPropertyName = "ExecuteWebhookCommand")]
internal sealed partial class WebhooksJson : JsonSerializerContext;
