using Chatalot.Shared.Documents;
using Chatalot.Shared.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Features.Groups;

/// <summary>The door of the feature: groups of channels in communities.</summary>
public static class GroupsFeature
{
    /// <summary>Registers groups. Needs channels (<see cref="Channels.ChannelsFeature.AddChannels"/>).</summary>
    public static IServiceCollection AddGroups(this IServiceCollection services)
    {
        services.ConfigureMarten(marten =>
        {
            marten.Schema.Include<GroupDocuments>();
            marten.UseContext(GroupsJson.Default);
        });
        services.AddSingleton<GroupPictures>();
        return services.ConfigureHttpJsonOptions(json => json.SerializerOptions.AddContext(GroupsJson.Default));
    }
}
