namespace Chatalot.Features.Spaces;

/// <summary>
/// What a person is in a group or channel, all things considered: their own row, their role in the community above and
/// the instance. Community owners and admins act as such in the groups that they have joined, and group owners and
/// admins in the channels that they have joined (contract, spaces.md 3 and C10).
/// </summary>
public static class EffectiveRole
{
    /// <summary>The role in a group, or null for none.</summary>
    /// <param name="groupRow">The stored group role; null without a row.</param>
    /// <param name="communityRow">The stored role in the group's community; null without a row.</param>
    /// <param name="isPersonal">Whether the group was made for one assigned member.</param>
    /// <param name="instance">What the person is on the instance. Instance admins have no rights in groups.</param>
    public static SpaceRole? InGroup(
        SpaceRole? groupRow,
        SpaceRole? communityRow,
        bool isPersonal,
        InstanceRole instance
    )
    {
        var role = (groupRow, communityRow) switch
        {
            ({ } row, >= SpaceRole.Admin and { } above) => Max(row, above),
            ({ } row, _) => row,
            (null, >= SpaceRole.Moderator) when isPersonal => SpaceRole.Admin,
            _ => (SpaceRole?)null,
        };
        return instance is InstanceRole.Owner ? Max(role ?? SpaceRole.Admin, SpaceRole.Admin) : role;
    }

    /// <summary>
    /// The role in a channel of somebody who holds a row there. <paramref name="groupRole"/> is the effective role in
    /// its group, null for channels without one. Nobody rules in a direct-message channel.
    /// </summary>
    public static SpaceRole InChannel(SpaceRole channelRow, SpaceRole? groupRole, bool isDirect) =>
        isDirect ? SpaceRole.Member
        : groupRole >= SpaceRole.Admin ? Max(channelRow, groupRole.Value)
        : channelRow;

    private static SpaceRole Max(SpaceRole one, SpaceRole other) => one >= other ? one : other;
}
