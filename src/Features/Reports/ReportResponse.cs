using System.Text.Json.Serialization;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Reports;

/// <summary>Something that somebody asks operators to look at.</summary>
/// <param name="Id">Grows with time.</param>
/// <param name="ReporterId">Who reported; all zeros when that account is gone, for clients expect an id.</param>
/// <param name="ReportType"><c>message</c>, <c>user</c> or <c>file</c>.</param>
/// <param name="TargetId">What is reported.</param>
/// <param name="Reason">Why.</param>
/// <param name="Status"><c>pending</c>, <c>reviewed</c>, <c>resolved</c> or <c>dismissed</c>.</param>
/// <param name="ReviewedBy">Who looked at it last.</param>
/// <param name="ReviewedAt">When.</param>
/// <param name="AdminNotes">What they noted.</param>
/// <param name="CreatedAt">When it was reported.</param>
/// <param name="ChannelId">Where the message was; left out where there is none.</param>
/// <param name="TargetUserId">Whose the reported thing was; left out where it is not known.</param>
/// <param name="Content">What the reporter read; left out where they did not tell.</param>
public sealed record ReportResponse(
    Guid Id,
    Guid ReporterId,
    string ReportType,
    Guid TargetId,
    string Reason,
    string Status,
    Guid? ReviewedBy,
    DateTimeOffset? ReviewedAt,
    string? AdminNotes,
    DateTimeOffset CreatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? ChannelId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? TargetUserId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Content
)
{
    internal const string Columns = """
        id, reporter_id, report_type, target_id, reason, status, reviewed_by, reviewed_at, admin_notes, created_at,
        channel_id, target_user_id, content
        """;

    internal static ReportResponse Read(NpgsqlDataReader row) =>
        new(
            row.GetGuid(0),
            row.GetId(1) ?? Guid.Empty,
            row.GetString(2),
            row.GetGuid(3),
            row.GetString(4),
            row.GetString(5),
            row.GetId(6),
            row.GetTime(7),
            row.GetText(8),
            row.GetFieldValue<DateTimeOffset>(9),
            row.GetId(10),
            row.GetId(11),
            row.GetText(12)
        );
}
