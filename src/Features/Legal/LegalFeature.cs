using System.Text.Json.Serialization;
using Chatalot.Shared.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Features.Legal;

/// <summary>What the host decides about legal texts.</summary>
/// <param name="Folder">
/// Where the operator's own texts are: <c>privacy-policy.md</c>, <c>terms-of-service.md</c>.
/// </param>
/// <param name="InstanceName">How the built-in texts call this instance.</param>
/// <param name="Feedback">Whether feedback goes to an external tracker.</param>
/// <param name="GifSearch">Whether GIF search is on.</param>
/// <param name="Push">Whether web push is on.</param>
public sealed record LegalOptions(string Folder, string InstanceName, bool Feedback, bool GifSearch, bool Push);

/// <summary>The door of legal texts.</summary>
public static class LegalFeature
{
    /// <summary>Registers the texts and JSON.</summary>
    public static IServiceCollection AddLegal(this IServiceCollection services, LegalOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<LegalFiles>();
        return services.ConfigureHttpJsonOptions(json => json.SerializerOptions.AddContext(LegalJson.Default));
    }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(LegalPage))]
internal sealed partial class LegalJson : JsonSerializerContext;
