using Chatalot.Shared.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Features.Moderation;

/// <summary>The door of the feature: how order is kept in communities and channels, and the trail of it.</summary>
public static class ModerationFeature
{
    /// <summary>
    /// Registers moderation. Needs communities (<see cref="Communities.CommunitiesFeature.AddCommunities"/>).
    /// </summary>
    public static IServiceCollection AddModeration(this IServiceCollection services)
    {
        services.AddSingleton<CommunityRemoval>();
        services.AddSingleton<ChannelRemoval>();
        services.AddSingleton<Discipline>();
        services.AddSingleton<Warnings>();
        return services.ConfigureHttpJsonOptions(json => json.SerializerOptions.AddContext(ModerationJson.Default));
    }
}
