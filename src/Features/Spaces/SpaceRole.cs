namespace Chatalot.Features.Spaces;

/// <summary>
/// A member's stored role in a community, group or channel. The numbers are stored and are the levels of
/// <see cref="Level"/>, so that a list by rank is an order by role. Groups have no moderators.
/// </summary>
public enum SpaceRole : short
{
    /// <summary>Reads and writes.</summary>
    Member = 0,

    /// <summary>Keeps order: removes members and their messages.</summary>
    Moderator = 1,

    /// <summary>Changes settings.</summary>
    Admin = 2,

    /// <summary>May also transfer and delete. At most one per space.</summary>
    Owner = 3,
}

/// <summary>Reads roles as clients send them.</summary>
public static class SpaceRoles
{
    /// <summary>The role as clients read it.</summary>
    public static string Word(this SpaceRole role) =>
        role switch
        {
            SpaceRole.Owner => "owner",
            SpaceRole.Admin => "admin",
            SpaceRole.Moderator => "moderator",
            _ => "member",
        };

    /// <summary>
    /// The role that may be given to a member, or null for any other word; ownership is only ever transferred.
    /// </summary>
    public static SpaceRole? ParseAssignable(string? word) =>
        word switch
        {
            "member" => SpaceRole.Member,
            "moderator" => SpaceRole.Moderator,
            "admin" => SpaceRole.Admin,
            _ => null,
        };
}
