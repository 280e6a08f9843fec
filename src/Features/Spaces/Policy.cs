namespace Chatalot.Features.Spaces;

/// <summary>Who in a community may do something; the numbers are the <see cref="Level"/> that is needed.</summary>
public enum Policy
{
    /// <summary>Every member.</summary>
    Everyone = Level.Member,

    /// <summary>Moderators and above.</summary>
    Moderator = Level.Moderator,

    /// <summary>Admins and above; the default.</summary>
    Admin = Level.Admin,
}

/// <summary>Reads policies as clients send and tables hold them.</summary>
public static class Policies
{
    /// <summary>The policy, or null for any other word.</summary>
    public static Policy? Parse(string? word) =>
        word switch
        {
            "everyone" => Policy.Everyone,
            "moderator" => Policy.Moderator,
            "admin" => Policy.Admin,
            _ => null,
        };

    /// <summary>Whether this level is enough.</summary>
    public static bool IsSatisfiedBy(this Policy policy, int level) => level >= (int)policy;
}
