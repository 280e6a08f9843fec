using Chatalot.Features.Frames;
using Chatalot.Features.Gateway;

namespace Chatalot.Features.Voice;

/// <summary>leave_voice: hang up. Never limited; silent for whoever is not in the call.</summary>
internal sealed class LeaveVoice(Calls calls) : IFrameHandler<LeaveVoiceFrame>
{
    /// <inheritdoc/>
    public ValueTask HandleAsync(LeaveVoiceFrame frame, SocketSession session, CancellationToken ct)
    {
        calls.Leave(session.Connection, frame.ChannelId);
        return ValueTask.CompletedTask;
    }
}
