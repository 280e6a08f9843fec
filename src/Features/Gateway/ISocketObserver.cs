using Chatalot.Features.Frames;

namespace Chatalot.Features.Gateway;

/// <summary>
/// Wants to know when sockets come, listen and go: presence, typing, calls. One instance serves all sockets; registered
/// with <see cref="FrameHandlerRegistration.AddSocketObserver"/>. Observers are called in the order of registration.
/// </summary>
public interface ISocketObserver
{
    /// <summary>
    /// A socket was let in: it has heard <c>authenticated</c>, and its own frames are not read before this ends.
    /// </summary>
    ValueTask ArrivedAsync(SocketSession session, CancellationToken ct) => ValueTask.CompletedTask;

    /// <summary>A socket listens to more channels than before, or wants to catch up in some.</summary>
    /// <param name="session">The socket.</param>
    /// <param name="channelIds">The new ones; empty when it only wants to catch up.</param>
    /// <param name="frame">What it asked for.</param>
    /// <param name="ct">Ends with the socket.</param>
    ValueTask SubscribedAsync(
        SocketSession session,
        IReadOnlyList<Guid> channelIds,
        SubscribeFrame frame,
        CancellationToken ct
    ) => ValueTask.CompletedTask;

    /// <summary>
    /// A socket that had arrived is over: it has left its channels and its seat, and nothing reaches it. Must not fail.
    /// </summary>
    ValueTask LeftAsync(SocketSession session) => ValueTask.CompletedTask;
}
