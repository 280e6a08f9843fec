using Chatalot.Features.Spaces;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Json;
using Chatalot.Shared.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Chatalot.Features.Channels;

/// <summary>The door of the feature: channels, who is in them, and what people may do there.</summary>
public static class ChannelsFeature
{
    /// <summary>Registers channels. Needs the options of <see cref="SpacesFeature.AddSpaces"/>.</summary>
    public static IServiceCollection AddChannels(this IServiceCollection services)
    {
        services.ConfigureMarten(marten =>
        {
            marten.Schema.Include<ChannelDocuments>();
            marten.UseContext(ChannelsJson.Default);
        });
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.AddContext(ChannelsJson.Default));
        services.AddSingleton<ChannelGate>();
        services.AddSingleton<ChannelDeletion>();
        services.AddSingleton<IAccessSignals, AccessSignals>();
        services.AddSingleton(provider => new ChannelMembership(
            new StandingCache(
                provider.GetRequiredService<SpacesOptions>().RememberedStandings,
                provider.GetRequiredService<TimeProvider>()
            ),
            provider.GetRequiredService<IAccessSignals>(),
            provider.GetRequiredService<ILogger<ChannelMembership>>()
        ));
        services.AddHostedService<MembershipNews>();
        services.AddSingleton(provider => new ChannelAccess(
            provider.GetRequiredService<ChannelMembership>(),
            new StandingQuery(provider.GetRequiredKeyedService<NpgsqlDataSource>(DatabaseSource.Lookups)),
            provider.GetRequiredService<IInstanceRoles>(),
            provider.GetRequiredService<NpgsqlDataSource>()
        ));
        return services;
    }
}
