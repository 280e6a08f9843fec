namespace Chatalot.Features.Spaces;

/// <summary>Settings of communities, groups and channels.</summary>
public sealed record SpacesOptions
{
    /// <summary>
    /// Who may create communities (<c>COMMUNITY_CREATION_MODE</c>). Default: instance owner and admins only.
    /// </summary>
    public CommunityCreationMode CommunityCreationMode { get; init; }

    /// <summary>Where clients reach this server; null: as each request does.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>
    /// How many people's standings in channels are remembered, 1,000 and more. One takes about 300 bytes.
    /// </summary>
    public int RememberedStandings { get; init; } = 50_000;
}

/// <summary>Who may create communities.</summary>
public enum CommunityCreationMode
{
    /// <summary>Instance owner and admins.</summary>
    AdminOnly,

    /// <summary>Everybody with an account.</summary>
    Open,
}
