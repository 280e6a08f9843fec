using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Groups;

/// <summary>A group as clients see it.</summary>
public sealed record GroupResponse
{
    /// <summary>Id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Name.</summary>
    public required string Name { get; init; }

    /// <summary>What it is about.</summary>
    public required string? Description { get; init; }

    /// <summary>Site-relative address of the icon.</summary>
    public required string? IconUrl { get; init; }

    /// <summary>Site-relative address of the banner.</summary>
    public required string? BannerUrl { get; init; }

    /// <summary>Hex colour.</summary>
    public required string? AccentColor { get; init; }

    /// <summary>Its owner; of a personal group the person who made it.</summary>
    public required Guid OwnerId { get; init; }

    /// <summary>Its community.</summary>
    public required Guid CommunityId { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>How many members it has.</summary>
    public required int MemberCount { get; init; }

    /// <summary><c>public</c> or <c>private</c>.</summary>
    public required GroupVisibility Visibility { get; init; }

    /// <summary>Whether a public group is listed for joining.</summary>
    public required bool Discoverable { get; init; }

    /// <summary>Whether those below community moderators may invite to a personal group.</summary>
    public required bool AllowInvites { get; init; }

    /// <summary>The member for whom a personal group was made.</summary>
    public required Guid? AssignedMemberId { get; init; }

    /// <summary>The group as clients see it.</summary>
    public static GroupResponse From(Group group, int memberCount) =>
        new()
        {
            Id = group.Id,
            Name = group.Name,
            Description = group.Description,
            IconUrl = group.IconUrl,
            BannerUrl = group.BannerUrl,
            AccentColor = group.AccentColor,
            OwnerId = group.OwnerId,
            CommunityId = group.CommunityId,
            CreatedAt = group.CreatedAt,
            MemberCount = memberCount,
            Visibility = group.Visibility,
            Discoverable = group.Discoverable,
            AllowInvites = group.AllowInvites,
            AssignedMemberId = group.AssignedMemberId,
        };

    /// <summary>
    /// The columns that <see cref="Read"/> expects, of <c>mt_doc_group space</c> and <c>group_sizes size</c>.
    /// </summary>
    internal const string Columns = "space.data, coalesce(size.member_count, 0)";

    internal static GroupResponse Read(NpgsqlDataReader row) =>
        From(row.GetDocument(0, GroupDocuments.Json), row.GetInt32(1));
}
