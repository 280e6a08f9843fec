using System.Text.Json.Serialization;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.ScheduledMessages;

/// <summary>A scheduled message as HTTP answers it; its content is never read back.</summary>
/// <param name="Id">The scheduled message.</param>
/// <param name="ChannelId">Where it will be posted.</param>
/// <param name="ScheduledFor">When.</param>
/// <param name="CreatedAt">When it was scheduled.</param>
/// <param name="ContentPreview">
/// The author's own note of the content, opaque to the server; left out when there is none.
/// </param>
/// <param name="FailedAt">When it was given up; left out while it waits.</param>
/// <param name="Failure">Why it was given up; left out while it waits.</param>
internal sealed record ScheduledMessageResponse(
    Guid Id,
    Guid ChannelId,
    DateTimeOffset ScheduledFor,
    DateTimeOffset CreatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ContentPreview,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? FailedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Failure
)
{
    /// <summary>Columns in the order that <see cref="From"/> reads.</summary>
    public const string Columns = "id, channel_id, scheduled_for, created_at, content_preview, failed_at, failure";

    public static ScheduledMessageResponse From(NpgsqlDataReader row) =>
        new(
            row.GetGuid(0),
            row.GetGuid(1),
            row.GetFieldValue<DateTimeOffset>(2),
            row.GetFieldValue<DateTimeOffset>(3),
            row.GetText(4),
            row.GetTime(5),
            row.GetText(6)
        );
}
