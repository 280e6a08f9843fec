using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Administration;

/// <summary>A code by which people may register.</summary>
/// <param name="Id">Names the invite to operators.</param>
/// <param name="Code">12 random letters and digits.</param>
/// <param name="CreatedBy">Who made it, while that account exists.</param>
/// <param name="MaxUses">How many may register with it; null: any number.</param>
/// <param name="UsedCount">How many have.</param>
/// <param name="ExpiresAt">When it ends; null: never.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record RegistrationInviteResponse(
    Guid Id,
    string Code,
    Guid? CreatedBy,
    int? MaxUses,
    int UsedCount,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset CreatedAt
)
{
    internal const string Columns = "id, code, created_by, max_uses, used_count, expires_at, created_at";

    internal static RegistrationInviteResponse Read(NpgsqlDataReader row) =>
        new(
            row.GetGuid(0),
            row.GetString(1),
            row.GetId(2),
            row.GetNumber(3),
            row.GetInt32(4),
            row.GetTime(5),
            row.GetFieldValue<DateTimeOffset>(6)
        );
}
