using System.Text.Json;
using System.Text.Json.Serialization;
using Chatalot.Shared.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Features.Feedback;

/// <summary>The door of feedback.</summary>
public static class FeedbackFeature
{
    /// <summary>Registers the tracker and JSON.</summary>
    public static IServiceCollection AddFeedback(this IServiceCollection services, FeedbackOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<IssueTracker>();
        return services.ConfigureHttpJsonOptions(json => json.SerializerOptions.AddContext(FeedbackJson.Default));
    }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(IssueTracker.Issue))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(SendFeedback.Response), TypeInfoPropertyName = "SendFeedbackResponse")]
[JsonSerializable(typeof(ListFeedback.Query), TypeInfoPropertyName = "ListFeedbackQuery")]
[JsonSerializable(typeof(ListFeedback.Response), TypeInfoPropertyName = "ListFeedbackResponse")]
[JsonSerializable(typeof(GetFeedbackScreenshot.Query), TypeInfoPropertyName = "FeedbackScreenshotQuery")]
internal sealed partial class FeedbackJson : JsonSerializerContext;
