using System.Text;
using Chatalot.Features.Frames;
using Chatalot.Features.Gateway;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Realtime;

namespace Chatalot.Features.Voice;

/// <summary>
/// rtc_offer, rtc_answer, rtc_ice_candidate: pass what two participants of a call tell each other to the one socket of
/// the target that takes part, payload and session id untouched. Decided in memory, without a query and without a lock.
/// What comes late, after somebody has left, is dropped silently; only an offer is answered with an error.
/// </summary>
internal sealed class RelaySignals(Calls calls)
    : IFrameHandler<RtcOfferFrame>,
        IFrameHandler<RtcAnswerFrame>,
        IFrameHandler<RtcIceCandidateFrame>
{
    private const int LargestSdp = 65_536;
    private const int LargestCandidate = 2048;

    private static readonly Failure NotInCall = new(403, "forbidden", "target user not in your voice session");
    private static readonly Failure EmptySdp = Failure.Validation("SDP cannot be empty");
    private static readonly Failure LargeSdp = Failure.Validation("SDP too large");
    private static readonly Failure EmptyCandidate = Failure.Validation("ICE candidate cannot be empty");
    private static readonly Failure LargeCandidate = Failure.Validation("ICE candidate too large");

    /// <inheritdoc/>
    public ValueTask HandleAsync(RtcOfferFrame frame, SocketSession session, CancellationToken ct)
    {
        if (CheckSdp(frame.Sdp) is { } refusal)
            session.Refuse(refusal, RtcOfferFrame.Type);
        else if (calls.Peer(session.Connection, frame.TargetUserId) is { } peer)
            Pass(peer, new RelayedRtcOfferFrame(session.Caller.UserId, frame.SessionId, frame.Sdp));
        else
            session.Refuse(NotInCall, RtcOfferFrame.Type);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask HandleAsync(RtcAnswerFrame frame, SocketSession session, CancellationToken ct)
    {
        if (CheckSdp(frame.Sdp) is { } refusal)
            session.Refuse(refusal, RtcAnswerFrame.Type);
        else if (calls.Peer(session.Connection, frame.TargetUserId) is { } peer)
            Pass(peer, new RelayedRtcAnswerFrame(session.Caller.UserId, frame.SessionId, frame.Sdp));
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask HandleAsync(RtcIceCandidateFrame frame, SocketSession session, CancellationToken ct)
    {
        if (CheckCandidate(frame.Candidate) is { } refusal)
            session.Refuse(refusal, RtcIceCandidateFrame.Type);
        else if (calls.Peer(session.Connection, frame.TargetUserId) is { } peer)
            Pass(peer, new RelayedRtcIceCandidateFrame(session.Caller.UserId, frame.SessionId, frame.Candidate));
        return ValueTask.CompletedTask;
    }

    private static void Pass<TFrame>(Seat<Connection> peer, TFrame frame)
        where TFrame : class, IServerFrame
    {
        peer.Device.Send(Wire.Of(frame));
        VoiceMetrics.Relayed();
    }

    private static Failure? CheckSdp(string sdp) =>
        sdp.Length == 0 ? EmptySdp
        : Encoding.UTF8.GetByteCount(sdp) > LargestSdp ? LargeSdp
        : null;

    private static Failure? CheckCandidate(string candidate) =>
        candidate.Length == 0 ? EmptyCandidate
        : Encoding.UTF8.GetByteCount(candidate) > LargestCandidate ? LargeCandidate
        : null;
}
