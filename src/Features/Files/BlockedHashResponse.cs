using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Files;

/// <summary>A content that nobody may upload.</summary>
/// <param name="Id">The entry's id.</param>
/// <param name="Hash">SHA-256 in lower-case hexadecimal.</param>
/// <param name="Reason">Why, or null.</param>
/// <param name="BlockedBy">Who blocked it; null when the account is gone.</param>
/// <param name="CreatedAt">Since when.</param>
public sealed record BlockedHashResponse(
    Guid Id,
    string Hash,
    string? Reason,
    Guid? BlockedBy,
    DateTimeOffset CreatedAt
)
{
    internal const string Columns = "b.id, b.hash, b.reason, b.blocked_by, b.created_at";

    internal static BlockedHashResponse Read(NpgsqlDataReader row) =>
        new(row.GetGuid(0), row.GetString(1), row.GetText(2), row.GetId(3), row.GetFieldValue<DateTimeOffset>(4));
}
