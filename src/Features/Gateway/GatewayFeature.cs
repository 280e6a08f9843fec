using Chatalot.Features.Frames;
using Chatalot.Shared.Realtime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Features.Gateway;

/// <summary>What the host decides about sockets.</summary>
public sealed record GatewayOptions
{
    /// <summary>
    /// Version of the web client that this server serves, or <c>unknown</c>; a wrong one makes clients reload for ever.
    /// </summary>
    public required string WebClientVersion { get; init; }
}

/// <summary>The WebSocket endpoint and what every socket needs.</summary>
public static class GatewayFeature
{
    /// <summary>Registers the gateway.</summary>
    public static IServiceCollection AddGateway(
        this IServiceCollection services,
        RealtimeOptions realtime,
        GatewayOptions options
    )
    {
        services.AddRealtime(realtime);
        services.AddSingleton(options);
        services.AddSingleton<FrameDispatcher>();
        services.AddSingleton<SocketAdmission>();
        services.AddSingleton<SocketGateway>();
        services.AddSingleton<Subscriptions>();
        services.AddHostedService(provider => provider.GetRequiredService<Subscriptions>());
        services.AddHostedService<SocketRevocation>();
        services.AddHostedService<Heartbeat>();
        services.AddHostedService<SocketShutdown>();
        services.AddTransient<RemoveIdleRooms>();
        services.AddFrameHandler<AuthenticateFrame, RepeatedAuthenticate>();
        services.AddFrameHandler<PingFrame, Ping>();
        services.AddFrameHandler<SubscribeFrame, Subscribe>();
        services.AddFrameHandler<UnsubscribeFrame, Unsubscribe>();
        return services;
    }

    /// <summary>Maps GET /ws.</summary>
    public static void MapGateway(this IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/ws", context => context.RequestServices.GetRequiredService<SocketGateway>().RunAsync(context))
            .ExcludeFromDescription()
            .AllowAnonymous();
}
