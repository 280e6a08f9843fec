namespace Chatalot.Features.Spaces;

/// <summary>
/// The one scale on which actors and their targets are compared (contract, spaces.md 3): stored roles from
/// <see cref="Member"/> to <see cref="Owner"/>, and above them the instance's own.
/// </summary>
public static class Level
{
    /// <summary>A plain member.</summary>
    public const int Member = 0;

    /// <summary>A moderator.</summary>
    public const int Moderator = 1;

    /// <summary>An admin.</summary>
    public const int Admin = 2;

    /// <summary>The owner of the space.</summary>
    public const int Owner = 3;

    /// <summary>An admin of this instance, in every space.</summary>
    public const int InstanceAdmin = 4;

    /// <summary>The owner of this instance, in every space.</summary>
    public const int InstanceOwner = 5;

    /// <summary>The level of a stored role; without a row it is a member's.</summary>
    public static int Of(SpaceRole? role) => (int)(role ?? SpaceRole.Member);

    /// <summary>The level in a space: what the instance gives, else what the space gives.</summary>
    public static int Of(InstanceRole instance, SpaceRole? role) =>
        instance switch
        {
            InstanceRole.Owner => InstanceOwner,
            InstanceRole.Admin => InstanceAdmin,
            _ => Of(role),
        };

    /// <summary>Strictly above: equals never act on each other.</summary>
    public static bool Outranks(int actor, int target) => actor > target;
}

/// <summary>What an account is on the whole instance, from live account state and never from a token.</summary>
public enum InstanceRole
{
    /// <summary>An account like any other.</summary>
    None,

    /// <summary>Administers the instance.</summary>
    Admin,

    /// <summary>Owns the instance.</summary>
    Owner,
}
