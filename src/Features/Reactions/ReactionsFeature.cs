using Chatalot.Features.Frames;
using Chatalot.Features.Gateway;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Features.Reactions;

/// <summary>The door of the feature: emoji on messages.</summary>
public static class ReactionsFeature
{
    /// <summary>Registers the frames of reactions.</summary>
    public static IServiceCollection AddReactions(this IServiceCollection services)
    {
        services.AddSingleton<ReactionRules>();
        services.AddFrameHandler<AddReactionFrame, AddReaction>();
        return services.AddFrameHandler<RemoveReactionFrame, RemoveReaction>();
    }
}
