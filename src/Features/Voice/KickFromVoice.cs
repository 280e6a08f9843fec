using Chatalot.Features.Channels;
using Chatalot.Features.Frames;
using Chatalot.Features.Gateway;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Errors;

namespace Chatalot.Features.Voice;

/// <summary>
/// kick_from_voice: put an outranked participant out of the call; channel moderators and above, by the effective levels
/// of both. Nothing happens to somebody who is not in the call.
/// </summary>
internal sealed class KickFromVoice(ChannelGate channels, Calls calls) : IFrameHandler<KickFromVoiceFrame>
{
    private static readonly Failure NotAllowed = new(403, "forbidden", "insufficient permissions to kick from voice");

    /// <inheritdoc/>
    public async ValueTask HandleAsync(KickFromVoiceFrame frame, SocketSession session, CancellationToken ct)
    {
        if (await MayAsync(session.Caller.UserId, frame, ct))
            calls.PutOutOf(frame.ChannelId, frame.UserId, session.Caller.UserId);
        else
            session.Refuse(NotAllowed, KickFromVoiceFrame.Type);
    }

    private async Task<bool> MayAsync(Guid actorId, KickFromVoiceFrame frame, CancellationToken ct)
    {
        try
        {
            var actor = await channels.FindAsync(frame.ChannelId, actorId, ct);
            if (actor.RefusalTo(ChannelAction.RemoveMember) is not null)
                return false;
            var target = await channels.FindAsync(frame.ChannelId, frame.UserId, ct);
            return MayReach(actor, target) && Level.Outranks(LevelOf(actor), LevelOf(target));
        }
        catch (FailureException)
        {
            // No such channel or no such account. Said in other words, clients would take it for the end of their
            // login.
            return false;
        }
    }

    /// <summary>
    /// Who is no member is beyond everybody but the instance's own people (contract, realtime.md 11.3).
    /// </summary>
    private static bool MayReach(ChannelRelation actor, ChannelRelation target) =>
        target.Level is not null || actor.Instance is not InstanceRole.None;

    /// <summary>Instance owner and admins keep their level without a row.</summary>
    private static int LevelOf(ChannelRelation relation) => relation.Level ?? Level.Of(relation.Instance, role: null);
}
