namespace Chatalot.Features.Channels;

/// <summary>What the message path needs to know of a channel.</summary>
/// <param name="Id">The channel.</param>
/// <param name="Type">What it is for.</param>
/// <param name="GroupId">Its group; null for standalone channels and direct messages.</param>
/// <param name="CommunityId">The community of its group.</param>
/// <param name="ReadOnly">Only level 1 and above write.</param>
/// <param name="Archived">Nobody writes.</param>
/// <param name="SlowModeSeconds">Seconds between two messages of somebody at level 0; 0 for none.</param>
/// <param name="MessageTtlSeconds">Seconds after which messages expire; null for never.</param>
public sealed record ChannelState(
    Guid Id,
    ChannelType Type,
    Guid? GroupId,
    Guid? CommunityId,
    bool ReadOnly,
    bool Archived,
    int SlowModeSeconds,
    int? MessageTtlSeconds
)
{
    /// <summary>The channel's part of a standing.</summary>
    public static ChannelState Of(Channel channel) =>
        new(
            channel.Id,
            channel.Type,
            channel.GroupId,
            channel.CommunityId,
            channel.ReadOnly,
            channel.Archived,
            channel.SlowModeSeconds,
            channel.MessageTtlSeconds
        );
}

/// <summary>A member's standing in a channel.</summary>
/// <param name="Channel">The channel as it is now.</param>
/// <param name="Level">
/// The effective level of <see cref="Spaces.Level"/>, 0 to 5: the channel's own role, the role carried over from group
/// and community, or the instance's. In direct messages always 0.
/// </param>
/// <param name="TimedOutUntil">
/// Until when the member, at level 0, writes nothing here: no posts, edits, reactions, polls, votes, calls. May have
/// passed.
/// </param>
public sealed record ChannelStanding(ChannelState Channel, int Level, DateTimeOffset? TimedOutUntil = null)
{
    /// <summary>
    /// The whole seconds, 1 or more, that the member is still timed out for; 0 when it binds no more.
    /// </summary>
    public int SecondsTimedOut(DateTimeOffset now) =>
        Level == 0 && TimedOutUntil > now ? (int)Math.Ceiling((TimedOutUntil.Value - now).TotalSeconds) : 0;
}
