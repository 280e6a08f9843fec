using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Features.Spaces;

/// <summary>What communities, groups and channels share: roles, the permission matrix and the doors.</summary>
public static class SpacesFeature
{
    /// <summary>Registers it with its settings. Needs accounts.</summary>
    public static IServiceCollection AddSpaces(this IServiceCollection services, SpacesOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<IInstanceRoles, AccountRoles>();
        services.AddSingleton<CommunityGate>();
        services.AddSingleton<GroupGate>();
        services.AddSingleton<SpaceNews>();
        return services;
    }
}
