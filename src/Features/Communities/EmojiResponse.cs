using Chatalot.Features.Spaces;
using Chatalot.Shared.Postgres;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Chatalot.Features.Communities;

/// <summary>A custom emoji.</summary>
/// <param name="Id">Id.</param>
/// <param name="CommunityId">Whose.</param>
/// <param name="Shortcode">2 to 32 letters, digits and underscores.</param>
/// <param name="Url">Absolute, because clients draw no other address in a message.</param>
/// <param name="ContentType">Media type of the picture.</param>
/// <param name="UploadedBy">Who added it, while that account exists.</param>
/// <param name="CreatedAt">When it was added.</param>
public sealed record EmojiResponse(
    Guid Id,
    Guid CommunityId,
    string Shortcode,
    string Url,
    string ContentType,
    Guid? UploadedBy,
    DateTimeOffset CreatedAt
)
{
    internal const string Columns = "id, community_id, shortcode, content_type, uploaded_by, created_at";

    internal static EmojiResponse Read(NpgsqlDataReader row, string origin) =>
        new(
            row.GetGuid(0),
            row.GetGuid(1),
            row.GetString(2),
            $"{origin}/api/emojis/{row.GetGuid(0)}",
            row.GetString(3),
            row.GetId(4),
            row.GetFieldValue<DateTimeOffset>(5)
        );

    /// <summary>Where clients reach this server: as configured, else as this request did.</summary>
    internal static string Origin(HttpRequest request, SpacesOptions options) =>
        options.PublicUrl?.ToString().TrimEnd('/') ?? $"{request.Scheme}://{request.Host}";
}
