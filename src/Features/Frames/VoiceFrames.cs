namespace Chatalot.Features.Frames;

/// <summary>Joins the call of a channel, or joins again after a reconnect. Answered with a <see cref="VoiceStateUpdateFrame"/>.</summary>
/// <param name="ChannelId">Where.</param>
public sealed record JoinVoiceFrame(Guid ChannelId) : IClientFrame
{
    /// <inheritdoc/>
    public static string Type => "join_voice";
}

/// <summary>Leaves the call of a channel. Silent.</summary>
/// <param name="ChannelId">Where.</param>
public sealed record LeaveVoiceFrame(Guid ChannelId) : IClientFrame
{
    /// <inheritdoc/>
    public static string Type => "leave_voice";
}

/// <summary>Puts somebody of lower rank out of a call. Silent.</summary>
/// <param name="ChannelId">Where.</param>
/// <param name="UserId">Whom.</param>
public sealed record KickFromVoiceFrame(Guid ChannelId, Guid UserId) : IClientFrame
{
    /// <inheritdoc/>
    public static string Type => "kick_from_voice";
}

/// <summary>
/// Who is in the call: the only thing that makes clients open and close peer connections. To whoever joins, directly; to
/// the subscribers on every change; to a connection that subscribes.
/// </summary>
/// <param name="ChannelId">Where.</param>
/// <param name="Participants">All of them, in no order; empty when the call is over.</param>
public sealed record VoiceStateUpdateFrame(Guid ChannelId, IReadOnlyList<Guid> Participants) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "voice_state_update";
}

/// <summary>Somebody joined the call; to the subscribers, before the new state.</summary>
/// <param name="ChannelId">Where.</param>
/// <param name="UserId">Who.</param>
public sealed record UserJoinedVoiceFrame(Guid ChannelId, Guid UserId) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "user_joined_voice";
}

/// <summary>Somebody left the call; to the subscribers, before the new state.</summary>
/// <param name="ChannelId">Where.</param>
/// <param name="UserId">Who.</param>
public sealed record UserLeftVoiceFrame(Guid ChannelId, Guid UserId) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "user_left_voice";
}

/// <summary>Somebody was put out of the call; to the subscribers. The person concerned hangs up on it.</summary>
/// <param name="ChannelId">Where.</param>
/// <param name="UserId">Who was put out.</param>
/// <param name="KickedBy">By whom.</param>
public sealed record KickedFromVoiceFrame(Guid ChannelId, Guid UserId, Guid KickedBy) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "kicked_from_voice";
}
