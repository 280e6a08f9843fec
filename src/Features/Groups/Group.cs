using System.Text.Json.Serialization;

namespace Chatalot.Features.Groups;

/// <summary>Who joins a group by themselves.</summary>
public enum GroupVisibility
{
    /// <summary>Every member of the community; new ones are added.</summary>
    Public,

    /// <summary>Only who is invited; nobody else learns of it.</summary>
    Private,
}

/// <summary>A group of channels in a community. Members and invites are rows beside it.</summary>
public sealed record Group
{
    /// <summary>Time-ordered id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The community that it belongs to, for good.</summary>
    public required Guid CommunityId { get; init; }

    /// <summary>1 to 64 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Up to 2048 characters.</summary>
    public string? Description { get; init; }

    /// <summary>Site-relative address of the icon.</summary>
    public string? IconUrl { get; init; }

    /// <summary>Site-relative address of the banner.</summary>
    public string? BannerUrl { get; init; }

    /// <summary>Hex colour.</summary>
    public string? AccentColor { get; init; }

    /// <summary>The member whose row says owner; of a personal group the person who made it.</summary>
    public required Guid OwnerId { get; init; }

    /// <summary>The member for whom a personal group was made; null for regular groups.</summary>
    public Guid? AssignedMemberId { get; init; }

    /// <summary>Who joins by themselves. Personal groups are private.</summary>
    public GroupVisibility Visibility { get; init; }

    /// <summary>Whether a public group is listed for joining, and an invite shows its name.</summary>
    public bool Discoverable { get; init; } = true;

    /// <summary>Whether invites to a personal group may be made by those below community moderators.</summary>
    public bool AllowInvites { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its settings last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Whether members of the community join it by themselves.</summary>
    [JsonIgnore]
    public bool IsPublic => Visibility is GroupVisibility.Public && !IsPersonal;

    /// <summary>Whether it was made for one assigned member.</summary>
    [JsonIgnore]
    public bool IsPersonal => AssignedMemberId is not null;

    /// <summary>The addresses that it shows pictures by.</summary>
    [JsonIgnore]
    internal IReadOnlyList<string?> Pictures => [IconUrl, BannerUrl];
}
