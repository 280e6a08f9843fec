using Chatalot.Features.Frames;

namespace Chatalot.Features.Gateway;

/// <summary>
/// The slice behind one client frame. One instance serves all sockets. The frames of one socket are handled one after
/// the other, so a handler that waits makes only its own socket wait.
/// </summary>
/// <typeparam name="TFrame">The client frame.</typeparam>
public interface IFrameHandler<in TFrame>
    where TFrame : class, IClientFrame
{
    /// <summary>Authorises, checks, acts. Refusals go to the session as error frames.</summary>
    ValueTask HandleAsync(TFrame frame, SocketSession session, CancellationToken ct);
}
