using System.Text.Json.Serialization;
using Chatalot.Shared.Json;
using Chatalot.Shared.Outbound;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Chatalot.Features.Previews;

/// <summary>The door of the feature: what this server fetches from elsewhere for its users.</summary>
public static class PreviewsFeature
{
    /// <summary>Registers link previews and GIFs.</summary>
    public static IServiceCollection AddPreviews(this IServiceCollection services, GifOptions gifs)
    {
        services.AddSingleton(gifs);
        services.AddSingleton<GifSearch>();
        services.TryAddSingleton<IPublicNetwork, PublicNetwork>();
        services.AddSingleton<PublicHttp>();
        services.AddSingleton<LinkPreviews>();
        services.AddSingleton<PictureAddresses>();
        services.AddTransient(provider => new EvictPreviews(
            provider.GetRequiredService<GifSearch>(),
            provider.GetRequiredService<LinkPreviews>(),
            provider.GetRequiredService<ILogger<EvictPreviews>>()
        ));
        return services.ConfigureHttpJsonOptions(json => json.SerializerOptions.AddContext(PreviewsJson.Default));
    }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(GifPage))]
[JsonSerializable(typeof(SearchGifs.Query), TypeInfoPropertyName = "SearchGifsQuery")]
[JsonSerializable(typeof(TrendingGifs.Query), TypeInfoPropertyName = "TrendingGifsQuery")]
[JsonSerializable(typeof(GetLinkPreview.Query), TypeInfoPropertyName = "GetLinkPreviewQuery")]
[JsonSerializable(typeof(GetLinkPreview.Response), TypeInfoPropertyName = "GetLinkPreviewResponse")]
[JsonSerializable(typeof(GetPreviewPicture.Query), TypeInfoPropertyName = "GetPreviewPictureQuery")]
internal sealed partial class PreviewsJson : JsonSerializerContext;
