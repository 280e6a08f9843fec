using System.Text.Json.Serialization;
using Chatalot.Shared.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Features.Announcements;

/// <summary>The door of what operators tell everybody.</summary>
public static class AnnouncementsFeature
{
    /// <summary>Registers the broadcast and JSON.</summary>
    public static IServiceCollection AddAnnouncements(this IServiceCollection services)
    {
        services.AddHostedService<AnnouncementBroadcast>();
        return services.ConfigureHttpJsonOptions(json => json.SerializerOptions.AddContext(AnnouncementsJson.Default));
    }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(IReadOnlyList<AnnouncementResponse>))]
[JsonSerializable(typeof(CreateAnnouncement.Command), TypeInfoPropertyName = "CreateAnnouncementCommand")]
[JsonSerializable(typeof(DeleteAnnouncement.Command), TypeInfoPropertyName = "DeleteAnnouncementCommand")]
[JsonSerializable(typeof(Dismissal))]
internal sealed partial class AnnouncementsJson : JsonSerializerContext;
