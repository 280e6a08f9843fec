using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Bookmarks;

/// <summary>A bookmark as HTTP answers it.</summary>
/// <param name="Id">The bookmark.</param>
/// <param name="MessageId">What it marks.</param>
/// <param name="Note">The owner's own words, or null.</param>
/// <param name="CreatedAt">When it was made.</param>
internal sealed record BookmarkResponse(Guid Id, Guid MessageId, string? Note, DateTimeOffset CreatedAt)
{
    /// <summary>Columns in the order that <see cref="From"/> reads.</summary>
    public const string Columns = "id, message_id, note, created_at";

    public static BookmarkResponse From(NpgsqlDataReader row) =>
        new(row.GetGuid(0), row.GetGuid(1), row.GetText(2), row.GetFieldValue<DateTimeOffset>(3));
}
