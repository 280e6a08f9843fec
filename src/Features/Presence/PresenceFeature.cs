using Chatalot.Features.Frames;
using Chatalot.Features.Gateway;
using Chatalot.Features.Messages;
using Chatalot.Shared.Realtime;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Features.Presence;

/// <summary>The door of the feature: who is there, and who types.</summary>
public static class PresenceFeature
{
    /// <summary>Registers presence and typing.</summary>
    public static IServiceCollection AddPresence(this IServiceCollection services)
    {
        services.AddSingleton(new PresenceOptions());
        services.AddSingleton<PresenceStore>();
        services.AddSingleton<PresenceBoard>();
        services.AddSingleton(provider => new Attention(
            provider.GetRequiredService<Connections>(),
            provider.GetRequiredService<PresenceBoard>()
        ));
        services.AddSocketObserver<TypingBoard>();
        services.AddSingleton<IMessageObserver>(provider => provider.GetRequiredService<TypingBoard>());
        services.AddSocketObserver<PresenceWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<PresenceWatch>());
        services.AddFrameHandler<UpdatePresenceFrame, UpdatePresence>();
        services.AddFrameHandler<TypingFrame, StartTyping>();
        return services.AddFrameHandler<StopTypingFrame, StopTyping>();
    }
}
