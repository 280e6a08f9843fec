using System.Collections.Frozen;
using Chatalot.Features.Frames;
using Chatalot.Shared.Errors;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Chatalot.Features.Gateway;

/// <summary>Finds the handler of a client frame. Built once from what the features registered.</summary>
public sealed class FrameDispatcher(IEnumerable<FrameRoute> routes)
{
    private static readonly Failure Unsupported = new(
        400,
        "invalid_message",
        "this server does not handle such messages"
    );

    private readonly FrozenDictionary<Type, FrameRoute> byFrame = routes.ToFrozenDictionary(route => route.FrameType);

    /// <summary>Handles the frame.</summary>
    public ValueTask DispatchAsync(IClientFrame frame, SocketSession session, CancellationToken ct)
    {
        if (byFrame.TryGetValue(frame.GetType(), out var route))
            return route.HandleAsync(frame, session, ct);
        session.Refuse(Unsupported);
        return ValueTask.CompletedTask;
    }
}

/// <summary>The way from a frame's type to its handler.</summary>
public abstract class FrameRoute
{
    /// <summary>The client frame.</summary>
    public abstract Type FrameType { get; }

    /// <summary>Handles a frame of that type.</summary>
    public abstract ValueTask HandleAsync(IClientFrame frame, SocketSession session, CancellationToken ct);
}

/// <summary>Registers frame handlers.</summary>
public static class FrameHandlerRegistration
{
    /// <summary>Lets this class handle these frames.</summary>
    public static IServiceCollection AddFrameHandler<TFrame, THandler>(this IServiceCollection services)
        where TFrame : class, IClientFrame
        where THandler : class, IFrameHandler<TFrame>
    {
        services.AddSingleton<THandler>();
        return services.AddSingleton<FrameRoute, FrameRoute<TFrame, THandler>>();
    }

    /// <summary>Lets this class, which may be registered in other roles too, hear of sockets.</summary>
    public static IServiceCollection AddSocketObserver<TObserver>(this IServiceCollection services)
        where TObserver : class, ISocketObserver
    {
        services.TryAddSingleton<TObserver>();
        return services.AddSingleton<ISocketObserver>(provider => provider.GetRequiredService<TObserver>());
    }

    private sealed class FrameRoute<TFrame, THandler>(THandler handler) : FrameRoute
        where TFrame : class, IClientFrame
        where THandler : class, IFrameHandler<TFrame>
    {
        public override Type FrameType => typeof(TFrame);

        public override ValueTask HandleAsync(IClientFrame frame, SocketSession session, CancellationToken ct) =>
            handler.HandleAsync((TFrame)frame, session, ct);
    }
}
