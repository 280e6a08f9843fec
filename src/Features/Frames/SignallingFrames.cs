namespace Chatalot.Features.Frames;

/// <summary>
/// What two participants of a call tell each other through the server. A large call sends hundreds within a second or
/// two, and one that is lost is a connection that does not come up: these frames have a budget of their own.
/// </summary>
public interface ISignallingFrame : IClientFrame;

/// <summary>An offer for a peer in the same call; relayed as <see cref="RelayedRtcOfferFrame"/>. Silent.</summary>
/// <param name="TargetUserId">The peer.</param>
/// <param name="SessionId">Made by the client; passed on untouched.</param>
/// <param name="Sdp">1 to 65,536 bytes; passed on untouched.</param>
public sealed record RtcOfferFrame(Guid TargetUserId, Guid SessionId, string Sdp) : ISignallingFrame
{
    /// <inheritdoc/>
    public static string Type => "rtc_offer";
}

/// <summary>The answer to an offer; relayed as <see cref="RelayedRtcAnswerFrame"/>. Silent.</summary>
/// <param name="TargetUserId">The peer.</param>
/// <param name="SessionId">That of the offer; passed on untouched.</param>
/// <param name="Sdp">1 to 65,536 bytes; passed on untouched.</param>
public sealed record RtcAnswerFrame(Guid TargetUserId, Guid SessionId, string Sdp) : ISignallingFrame
{
    /// <inheritdoc/>
    public static string Type => "rtc_answer";
}

/// <summary>A network candidate for a peer; relayed as <see cref="RelayedRtcIceCandidateFrame"/>. Silent.</summary>
/// <param name="TargetUserId">The peer.</param>
/// <param name="SessionId">Passed on untouched.</param>
/// <param name="Candidate">1 to 2,048 bytes; passed on untouched.</param>
public sealed record RtcIceCandidateFrame(Guid TargetUserId, Guid SessionId, string Candidate) : ISignallingFrame
{
    /// <inheritdoc/>
    public static string Type => "rtc_ice_candidate";
}

/// <summary>An offer; to the target's connection that is in the call.</summary>
/// <param name="FromUserId">The sender.</param>
/// <param name="SessionId">As sent.</param>
/// <param name="Sdp">As sent.</param>
public sealed record RelayedRtcOfferFrame(Guid FromUserId, Guid SessionId, string Sdp) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "rtc_offer";
}

/// <summary>An answer; to the target's connection that is in the call.</summary>
/// <param name="FromUserId">The sender.</param>
/// <param name="SessionId">As sent.</param>
/// <param name="Sdp">As sent.</param>
public sealed record RelayedRtcAnswerFrame(Guid FromUserId, Guid SessionId, string Sdp) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "rtc_answer";
}

/// <summary>A network candidate; to the target's connection that is in the call.</summary>
/// <param name="FromUserId">The sender.</param>
/// <param name="SessionId">As sent.</param>
/// <param name="Candidate">As sent.</param>
public sealed record RelayedRtcIceCandidateFrame(Guid FromUserId, Guid SessionId, string Candidate) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "rtc_ice_candidate";
}
