using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Shared.Realtime;

/// <summary>Turns an upgrade request into a <see cref="Connection"/>.</summary>
public static class SocketAcceptance
{
    /// <summary>Registers rooms, connections and their bounds.</summary>
    public static IServiceCollection AddRealtime(this IServiceCollection services, RealtimeOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<Rooms>();
        services.AddSingleton<Connections>();
        return services;
    }

    /// <summary>Makes upgrade requests acceptable. Comes before the endpoint that accepts them.</summary>
    public static void UseRealtimeSockets(this IApplicationBuilder app)
    {
        app.Use(
            (context, next) =>
            {
                if (context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } framework)
                    context.Features.Set<IHttpUpgradeFeature>(new QueueingUpgrade(framework));
                return next(context);
            }
        );
        app.UseWebSockets();
    }

    /// <summary>
    /// Answers the upgrade request; the caller then reads until the end and calls <see cref="Connection.FinishAsync"/>.
    /// </summary>
    public static async Task<Connection> AcceptConnectionAsync(this HttpContext context, RealtimeOptions options)
    {
        var upgrade = (QueueingUpgrade)context.Features.GetRequiredFeature<IHttpUpgradeFeature>();
        var socket = await context.WebSockets.AcceptWebSocketAsync(
            new WebSocketAcceptContext
            {
                KeepAliveInterval = options.PingInterval,
                KeepAliveTimeout = options.PingTimeout,
                DangerousEnableCompression = false,
            }
        );
        return new Connection(socket, upgrade.Stream!, options, context.RequestAborted);
    }
}
