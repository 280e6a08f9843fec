using System.Text.Json.Serialization;
using Chatalot.Features.Spaces;

namespace Chatalot.Features.Communities;

/// <summary>
/// A community: the people and groups that belong together. Members, bans and invites are rows beside it.
/// </summary>
public sealed record Community
{
    /// <summary>Time-ordered id.</summary>
    public required Guid Id { get; init; }

    /// <summary>1 to 64 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Up to 2048 characters.</summary>
    public string? Description { get; init; }

    /// <summary>Site-relative address of the icon.</summary>
    public string? IconUrl { get; init; }

    /// <summary>Site-relative address of the banner.</summary>
    public string? BannerUrl { get; init; }

    /// <summary>The member whose row says owner.</summary>
    public required Guid OwnerId { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its settings last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Who may create groups.</summary>
    public Policy WhoCanCreateGroups { get; init; } = Policy.Admin;

    /// <summary>Who may make invites.</summary>
    public Policy WhoCanCreateInvites { get; init; } = Policy.Admin;

    /// <summary>Whether an invite shows name and description to people who are not members.</summary>
    public bool Discoverable { get; init; } = true;

    /// <summary>Colours and style of the community by key; null for none.</summary>
    public IReadOnlyDictionary<string, string>? Theme { get; init; }

    /// <summary>Shown to new members; up to 2000 characters.</summary>
    public string? WelcomeMessage { get; init; }

    /// <summary>The addresses that it shows pictures by.</summary>
    [JsonIgnore]
    internal IReadOnlyList<string?> Pictures => [IconUrl, BannerUrl];
}
