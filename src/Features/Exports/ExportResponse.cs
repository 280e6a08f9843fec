using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Exports;

/// <summary>How far a personal export is.</summary>
/// <param name="Id">Which.</param>
/// <param name="State">
/// <c>waiting</c>, <c>running</c>, <c>ready</c>, <c>failed</c>, <c>downloaded</c> or <c>expired</c>.
/// </param>
/// <param name="Progress">Percent.</param>
/// <param name="SizeBytes">Of the archive, once it is ready.</param>
/// <param name="RequestedAt">When it was asked for.</param>
/// <param name="ExpiresAt">Until when it can be downloaded, once it is ready.</param>
public sealed record ExportResponse(
    Guid Id,
    string State,
    int Progress,
    long? SizeBytes,
    DateTimeOffset RequestedAt,
    DateTimeOffset? ExpiresAt
)
{
    internal const string Columns = "id, state, progress, size_bytes, requested_at, expires_at";

    internal static ExportResponse Read(NpgsqlDataReader row) =>
        new(
            row.GetGuid(0),
            row.GetString(1),
            row.GetInt32(2),
            row.IsDBNull(3) ? null : row.GetInt64(3),
            row.GetFieldValue<DateTimeOffset>(4),
            row.GetTime(5)
        );
}
