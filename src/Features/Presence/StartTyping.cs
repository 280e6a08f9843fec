using Chatalot.Features.Channels;
using Chatalot.Features.Frames;
using Chatalot.Features.Gateway;
using Chatalot.Features.Messages;

namespace Chatalot.Features.Presence;

/// <summary>typing: silent, and told to nobody where the user could not post (contract, realtime.md 8, A5).</summary>
internal sealed class StartTyping(ChannelAccess access, WriteRules rules, TypingBoard board)
    : IFrameHandler<TypingFrame>
{
    /// <inheritdoc/>
    public async ValueTask HandleAsync(TypingFrame frame, SocketSession session, CancellationToken ct)
    {
        var userId = session.Caller.UserId;
        if (
            await access.FindAsync(frame.ChannelId, userId, ct) is { } standing
            && await rules.CheckAsync(standing, userId, WriteKind.Type, ct) is null
        )
            board.Start(session.Connection, frame.ChannelId);
    }
}

/// <summary>stop_typing: silent; without effect where the device did not type.</summary>
internal sealed class StopTyping(TypingBoard board) : IFrameHandler<StopTypingFrame>
{
    /// <inheritdoc/>
    public ValueTask HandleAsync(StopTypingFrame frame, SocketSession session, CancellationToken ct)
    {
        board.Stop(session.Connection, frame.ChannelId);
        return ValueTask.CompletedTask;
    }
}
