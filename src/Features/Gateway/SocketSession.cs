using Chatalot.Features.Auth;
using Chatalot.Features.Frames;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Realtime;

namespace Chatalot.Features.Gateway;

/// <summary>An authenticated socket as the handlers of its frames see it.</summary>
public sealed class SocketSession(Caller caller, Connection connection)
{
    /// <summary>Messages of one socket that may wait for their commit at once; then its reading pauses.</summary>
    private const int MostUnconfirmed = 64;

    private readonly Lazy<SemaphoreSlim> sendSlots = new(() => new SemaphoreSlim(MostUnconfirmed, MostUnconfirmed));

    /// <summary>Whose socket it is.</summary>
    public Caller Caller => caller;

    /// <summary>The socket.</summary>
    public Connection Connection => connection;

    /// <summary>
    /// Names the session to its own client, should its line break; null for clients that do not resume.
    /// </summary>
    public string? ResumeToken { get; init; }

    /// <summary>
    /// Waits while too many messages of this socket wait for their commit. Give back with <see cref="Confirmed"/>.
    /// </summary>
    public Task UnconfirmedSlotAsync() => sendSlots.Value.WaitAsync(connection.Ended);

    /// <summary>One of the waiting messages got its answer.</summary>
    public void Confirmed() => sendSlots.Value.Release();

    /// <summary>Queues a frame for this socket.</summary>
    public void Send<TFrame>(TFrame frame)
        where TFrame : class, IServerFrame => connection.Send(Wire.Of(frame));

    /// <summary>Tells the client why its frame had no effect.</summary>
    /// <param name="failure">What it is told.</param>
    /// <param name="request">The <c>type</c> of the frame that it answers.</param>
    /// <param name="clientId">The client's own id of the message, if it gave one.</param>
    public void Refuse(Failure failure, string? request = null, string? clientId = null) =>
        Send(new ErrorFrame(failure.Code, failure.Message, request, clientId));
}
