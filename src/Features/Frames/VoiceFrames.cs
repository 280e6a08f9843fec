using System.Text.Json.Serialization;

namespace Chatalot.Features.Frames;

/// <summary>
/// Joins the call of a channel, or joins again after a reconnect. Answered with a <see cref="VoiceStateUpdateFrame"/>.
/// </summary>
/// <param name="ChannelId">Where.</param>
/// <param name="Sfu">
/// Addition to the contract: the client can use an SFU and asks to be told of it with a <see cref="VoiceSfuFrame"/>,
/// now or when the call grows. Without it the client keeps to direct connections.
/// </param>
public sealed record JoinVoiceFrame(
    Guid ChannelId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Sfu = false
) : IClientFrame
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
/// Who is in the call: the only thing that makes clients open and close peer connections. To whoever joins, directly;
/// to the subscribers on every change; to a connection that subscribes.
/// </summary>
/// <param name="ChannelId">Where.</param>
/// <param name="Participants">All of them, in no order; empty when the call is over.</param>
/// <param name="Sfu">
/// Addition to the contract: who of them sends and receives through the SFU; two who both do need no connection to each
/// other. Left out while the call has no room there.
/// </param>
public sealed record VoiceStateUpdateFrame(
    Guid ChannelId,
    IReadOnlyList<Guid> Participants,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<SfuFeed>? Sfu = null
) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "voice_state_update";
}

/// <summary>A participant in the call's room at the SFU.</summary>
/// <param name="UserId">Who.</param>
/// <param name="Feed">Under which id they are there.</param>
public sealed record SfuFeed(Guid UserId, string Feed);

/// <summary>
/// Addition to the contract: how to enter the call's room at the SFU, a Janus VideoRoom. To the socket alone that
/// joined with <c>sfu</c>, once the call is large enough, and again when the room had to be made anew: what was sent
/// before is then worth nothing. Ends with the place in the call.
/// </summary>
/// <param name="ChannelId">Where.</param>
/// <param name="Url">WebSocket API of Janus.</param>
/// <param name="ApiToken">Goes into each request as <c>token</c>.</param>
/// <param name="Room">The room.</param>
/// <param name="Pin">Its pin, to join and to receive.</param>
/// <param name="Token">Goes into the join.</param>
/// <param name="Feed">The id to join under; with any other one is put out.</param>
public sealed record VoiceSfuFrame(
    Guid ChannelId,
    string Url,
    string ApiToken,
    string Room,
    string Pin,
    string Token,
    string Feed
) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "voice_sfu";
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
