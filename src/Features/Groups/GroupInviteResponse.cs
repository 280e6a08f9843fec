using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Groups;

/// <summary>An invite to a group.</summary>
/// <param name="Id">Id.</param>
/// <param name="Code">The code in its link.</param>
/// <param name="GroupId">Where it leads.</param>
/// <param name="MaxUses">How many people it lets in; null for any number.</param>
/// <param name="UsedCount">How many it has let in.</param>
/// <param name="ExpiresAt">When it ends; null for never.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record GroupInviteResponse(
    Guid Id,
    string Code,
    Guid GroupId,
    int? MaxUses,
    int UsedCount,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset CreatedAt
)
{
    internal const string Columns = "id, code, group_id, max_uses, used_count, expires_at, created_at";

    internal static GroupInviteResponse Read(NpgsqlDataReader row) =>
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
