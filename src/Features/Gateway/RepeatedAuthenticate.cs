using Chatalot.Features.Frames;

namespace Chatalot.Features.Gateway;

/// <summary>authenticate on a live connection: ignored without an answer (contract, realtime.md 2.2).</summary>
public sealed class RepeatedAuthenticate : IFrameHandler<AuthenticateFrame>
{
    /// <inheritdoc/>
    public ValueTask HandleAsync(AuthenticateFrame frame, SocketSession session, CancellationToken ct) =>
        ValueTask.CompletedTask;
}
