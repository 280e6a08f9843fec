using System.Text.Json.Serialization;
using Chatalot.Features.Messages;
using Chatalot.Shared.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Features.Search;

/// <summary>The door of the feature: finding messages by what they say.</summary>
public static class SearchFeature
{
    /// <summary>Registers the text index, which works in the background, and the searches.</summary>
    public static IServiceCollection AddSearch(this IServiceCollection services)
    {
        services.AddSingleton<TextIndex>();
        services.AddSingleton<MessageSearch>();
        services.AddSingleton<Indexing>();
        services.AddSingleton<IMessageObserver>(provider => provider.GetRequiredService<Indexing>());
        services.AddHostedService(provider => provider.GetRequiredService<Indexing>());
        return services.ConfigureHttpJsonOptions(json => json.SerializerOptions.AddContext(SearchJson.Default));
    }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(SearchChannel.Query), TypeInfoPropertyName = "SearchChannelQuery")]
[JsonSerializable(typeof(SearchEverywhere.Query), TypeInfoPropertyName = "SearchEverywhereQuery")]
internal sealed partial class SearchJson : JsonSerializerContext;
