using System.Collections.Frozen;

namespace Chatalot.Features.Spaces;

/// <summary>What can be done in a community.</summary>
public enum CommunityAction
{
    /// <summary>Read the community, its members and emoji.</summary>
    View,

    /// <summary>Change settings, theme and pictures.</summary>
    EditSettings,

    /// <summary>Add and remove custom emoji.</summary>
    ManageEmoji,

    /// <summary>List and delete invites; making one is a matter of policy.</summary>
    ManageInvites,

    /// <summary>Make a personal group for a member.</summary>
    CreatePersonalGroup,

    /// <summary>Set an outranked member's role to member or moderator.</summary>
    SetRole,

    /// <summary>Make an outranked member an admin.</summary>
    GrantAdmin,

    /// <summary>Change somebody else's nickname.</summary>
    RenameOthers,

    /// <summary>Kick or ban an outranked member.</summary>
    RemoveMember,

    /// <summary>List and lift bans, and ban people who are no members.</summary>
    ManageBans,

    /// <summary>Time out or warn an outranked member, lift a timeout, list warnings.</summary>
    Discipline,

    /// <summary>Hand the community to another member.</summary>
    TransferOwnership,

    /// <summary>Delete the community with everything in it.</summary>
    Delete,
}

/// <summary>What can be done in a group.</summary>
public enum GroupAction
{
    /// <summary>See the group, its members and visible channels.</summary>
    View,

    /// <summary>Change settings and pictures.</summary>
    EditSettings,

    /// <summary>Create, change and delete its channels.</summary>
    ManageChannels,

    /// <summary>Make, list and delete invites.</summary>
    ManageInvites,

    /// <summary>Hand the group to another member.</summary>
    TransferOwnership,

    /// <summary>Delete a regular group; personal groups have a rule of their own.</summary>
    Delete,
}

/// <summary>What can be done in a channel by somebody who holds a membership row in it, or stands above it.</summary>
public enum ChannelAction
{
    /// <summary>Read the channel, its messages and its members.</summary>
    View,

    /// <summary>Write although the channel is read-only, and without slow mode or timeout.</summary>
    WriteUnrestricted,

    /// <summary>Delete others' messages, pin.</summary>
    ManageMessages,

    /// <summary>Kick or ban an outranked member, also from voice.</summary>
    RemoveMember,

    /// <summary>Lift a ban.</summary>
    LiftBan,

    /// <summary>Set an outranked member's role to member or moderator.</summary>
    SetRole,

    /// <summary>Make a member an admin.</summary>
    GrantAdmin,

    /// <summary>Change name, topic and modes.</summary>
    EditSettings,

    /// <summary>Hand the channel to another member.</summary>
    TransferOwnership,
}

/// <summary>
/// The permission matrix of communities, groups and channels as data (contract, spaces.md 3): the lowest
/// <see cref="Level"/> that an action needs. Whoever acts on a person must outrank them as well.
/// </summary>
public static class PermissionMatrix
{
    private static readonly FrozenDictionary<CommunityAction, int> Community = new Dictionary<CommunityAction, int>
    {
        [CommunityAction.View] = Level.Member,
        [CommunityAction.RemoveMember] = Level.Moderator,
        [CommunityAction.ManageBans] = Level.Moderator,
        [CommunityAction.Discipline] = Level.Moderator,
        [CommunityAction.CreatePersonalGroup] = Level.Moderator,
        [CommunityAction.EditSettings] = Level.Admin,
        [CommunityAction.ManageEmoji] = Level.Admin,
        [CommunityAction.ManageInvites] = Level.Admin,
        [CommunityAction.SetRole] = Level.Admin,
        [CommunityAction.RenameOthers] = Level.Admin,
        [CommunityAction.GrantAdmin] = Level.Owner,
        [CommunityAction.TransferOwnership] = Level.Owner,
        [CommunityAction.Delete] = Level.Owner,
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<GroupAction, int> Group = new Dictionary<GroupAction, int>
    {
        [GroupAction.View] = Level.Member,
        [GroupAction.EditSettings] = Level.Admin,
        [GroupAction.ManageChannels] = Level.Admin,
        [GroupAction.ManageInvites] = Level.Admin,
        [GroupAction.TransferOwnership] = Level.Owner,
        [GroupAction.Delete] = Level.Owner,
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<ChannelAction, int> Channel = new Dictionary<ChannelAction, int>
    {
        [ChannelAction.View] = Level.Member,
        [ChannelAction.WriteUnrestricted] = Level.Moderator,
        [ChannelAction.ManageMessages] = Level.Moderator,
        [ChannelAction.RemoveMember] = Level.Moderator,
        [ChannelAction.LiftBan] = Level.Moderator,
        [ChannelAction.SetRole] = Level.Admin,
        [ChannelAction.GrantAdmin] = Level.Owner,
        [ChannelAction.EditSettings] = Level.Owner,
        [ChannelAction.TransferOwnership] = Level.Owner,
    }.ToFrozenDictionary();

    /// <summary>Whether an actor of this level in the community may do this.</summary>
    public static bool Allows(CommunityAction action, int level) => level >= Community[action];

    /// <summary>Whether an actor of this effective role in the group may do this; null is no role at all.</summary>
    public static bool Allows(GroupAction action, SpaceRole? role) =>
        role is not null && Level.Of(role) >= Group[action];

    /// <summary>Whether an actor of this level in the channel may do this.</summary>
    public static bool Allows(ChannelAction action, int level) => level >= Channel[action];
}
