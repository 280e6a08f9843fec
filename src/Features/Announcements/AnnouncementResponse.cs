using System.Text.Json.Serialization;
using Chatalot.Features.Frames;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Announcements;

/// <summary>What operators tell everybody.</summary>
/// <param name="Id">Grows with time.</param>
/// <param name="Title">1 to 200 characters.</param>
/// <param name="Body">1 to 5000 characters of plain text.</param>
/// <param name="CreatedBy">Who wrote it; all zeros when that account is gone, for clients expect an id.</param>
/// <param name="CreatedAt">When.</param>
/// <param name="ExpiresAt">When it is no longer shown; left out: never.</param>
public sealed record AnnouncementResponse(
    Guid Id,
    string Title,
    string Body,
    Guid CreatedBy,
    DateTimeOffset CreatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? ExpiresAt
)
{
    internal const string Columns = "a.id, a.title, a.body, a.created_by, a.created_at, a.expires_at";

    internal AnnouncementFrame ToFrame() => new(Id, Title, Body, CreatedBy, CreatedAt);

    internal static AnnouncementResponse Read(NpgsqlDataReader row) =>
        new(
            row.GetGuid(0),
            row.GetString(1),
            row.GetString(2),
            row.GetId(3) ?? Guid.Empty,
            row.GetFieldValue<DateTimeOffset>(4),
            row.GetTime(5)
        );
}
