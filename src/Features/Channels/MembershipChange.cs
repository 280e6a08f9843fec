namespace Chatalot.Features.Channels;

/// <summary>What happened to membership in channels, after it was committed, in this process or another one.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="ChannelIds">The channels; empty when <see cref="MembershipChangeKind.Unknown"/>.</param>
/// <param name="UserId">Whose membership; null for everybody's.</param>
/// <param name="Removal">How somebody was put out; only with <see cref="MembershipChangeKind.Removed"/>.</param>
public sealed record MembershipChange(
    MembershipChangeKind Kind,
    IReadOnlyCollection<Guid> ChannelIds,
    Guid? UserId,
    Removal? Removal = null
);

/// <summary>Kinds of <see cref="MembershipChange"/>.</summary>
public enum MembershipChangeKind
{
    /// <summary>Membership began. With everybody meant, some may have been members before.</summary>
    Gained,

    /// <summary>
    /// Membership ended, by the person's own leaving or with the channel: subscriptions of these people to these
    /// channels must end now.
    /// </summary>
    Lost,

    /// <summary>The same by somebody else's decision: a kick or a ban.</summary>
    Removed,

    /// <summary>Changes of other processes may have been missed: every subscription must be checked again.</summary>
    Unknown,
}

/// <summary>How somebody was put out of channels.</summary>
/// <param name="Kind">By what.</param>
/// <param name="By">Who did it.</param>
public sealed record Removal(RemovalKind Kind, Guid By);

/// <summary>Kinds of <see cref="Removal"/>.</summary>
public enum RemovalKind
{
    /// <summary>Kicked from the channel.</summary>
    Kick,

    /// <summary>Banned from the channel.</summary>
    Ban,

    /// <summary>Put out of the group or community that the channel is part of.</summary>
    Above,
}
