using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Communities;

/// <summary>An invite to a community.</summary>
/// <param name="Id">Id.</param>
/// <param name="Code">The code in its link.</param>
/// <param name="CommunityId">Where it leads.</param>
/// <param name="MaxUses">How many people it lets in; null for any number.</param>
/// <param name="UsedCount">How many it has let in.</param>
/// <param name="ExpiresAt">When it ends; null for never.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record CommunityInviteResponse(
    Guid Id,
    string Code,
    Guid CommunityId,
    int? MaxUses,
    int UsedCount,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset CreatedAt
)
{
    internal const string Columns = "id, code, community_id, max_uses, used_count, expires_at, created_at";

    internal static CommunityInviteResponse Read(NpgsqlDataReader row) =>
        new(
            row.GetGuid(0),
            row.GetString(1),
            row.GetGuid(2),
            row.GetNumber(3),
            row.GetInt32(4),
            row.GetTime(5),
            row.GetFieldValue<DateTimeOffset>(6)
        );
}
