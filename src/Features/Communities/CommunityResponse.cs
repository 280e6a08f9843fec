using System.Text.Json.Serialization;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Communities;

/// <summary>A community as clients see it.</summary>
public sealed record CommunityResponse
{
    /// <summary>Id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Name.</summary>
    public required string Name { get; init; }

    /// <summary>What it is about.</summary>
    public required string? Description { get; init; }

    /// <summary>Site-relative address of the icon.</summary>
    public required string? IconUrl { get; init; }

    /// <summary>Its owner.</summary>
    public required Guid OwnerId { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>How many members it has.</summary>
    public required int MemberCount { get; init; }

    /// <summary>Who may create groups.</summary>
    public required Policy WhoCanCreateGroups { get; init; }

    /// <summary>Who may make invites.</summary>
    public required Policy WhoCanCreateInvites { get; init; }

    /// <summary>Whether an invite shows its name to others.</summary>
    public required bool Discoverable { get; init; }

    /// <summary>Site-relative address of the banner.</summary>
    public required string? BannerUrl { get; init; }

    /// <summary>Colours and style by key.</summary>
    public required IReadOnlyDictionary<string, string>? CommunityTheme { get; init; }

    /// <summary>Shown to new members; left out for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? WelcomeMessage { get; init; }

    /// <summary>
    /// The columns that <see cref="Read"/> expects, of <c>mt_doc_community</c> and <c>community_sizes</c>.
    /// </summary>
    internal const string Columns = "space.data, coalesce(size.member_count, 0)";

    /// <summary>The community as clients see it.</summary>
    public static CommunityResponse From(Community community, int memberCount) =>
        new()
        {
            Id = community.Id,
            Name = community.Name,
            Description = community.Description,
            IconUrl = community.IconUrl,
            OwnerId = community.OwnerId,
            CreatedAt = community.CreatedAt,
            MemberCount = memberCount,
            WhoCanCreateGroups = community.WhoCanCreateGroups,
            WhoCanCreateInvites = community.WhoCanCreateInvites,
            Discoverable = community.Discoverable,
            BannerUrl = community.BannerUrl,
            CommunityTheme = community.Theme,
            WelcomeMessage = community.WelcomeMessage,
        };

    internal static CommunityResponse Read(NpgsqlDataReader row) =>
        From(row.GetDocument(0, CommunityDocuments.Json), row.GetInt32(1));
}
