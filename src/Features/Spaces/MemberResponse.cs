using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Spaces;

/// <summary>A member of a group or channel.</summary>
/// <param name="UserId">The account.</param>
/// <param name="Username">Its unique name.</param>
/// <param name="DisplayName">Its name for people.</param>
/// <param name="AvatarUrl">Its picture.</param>
/// <param name="Role">The stored role.</param>
/// <param name="JoinedAt">When the membership began.</param>
public sealed record MemberResponse(
    Guid UserId,
    string Username,
    string DisplayName,
    string? AvatarUrl,
    SpaceRole Role,
    DateTimeOffset JoinedAt
)
{
    internal static MemberResponse Read(NpgsqlDataReader row) =>
        new(
            row.GetGuid(0),
            row.GetString(1),
            row.GetString(2),
            row.GetText(3),
            (SpaceRole)row.GetInt16(4),
            row.GetFieldValue<DateTimeOffset>(5)
        );
}
