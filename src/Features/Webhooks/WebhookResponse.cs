using System.Text.Json.Serialization;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Webhooks;

/// <summary>A webhook as HTTP answers it.</summary>
/// <param name="Id">The webhook.</param>
/// <param name="ChannelId">Where it posts.</param>
/// <param name="Name">Under which name.</param>
/// <param name="Token">The secret of its address; only in the answer that made it, else left out.</param>
/// <param name="AvatarUrl">Its picture, or null.</param>
/// <param name="Active">Whether it may post.</param>
/// <param name="CreatedAt">When it was made.</param>
internal sealed record WebhookResponse(
    Guid Id,
    Guid ChannelId,
    string Name,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Token,
    string? AvatarUrl,
    bool Active,
    DateTimeOffset CreatedAt
)
{
    /// <summary>Columns in the order that <see cref="From"/> reads.</summary>
    public const string Columns = "id, channel_id, name, avatar_url, active, created_at";

    public static WebhookResponse From(NpgsqlDataReader row) =>
        new(
            row.GetGuid(0),
            row.GetGuid(1),
            row.GetString(2),
            Token: null,
            row.GetText(3),
            row.GetBoolean(4),
            row.GetFieldValue<DateTimeOffset>(5)
        );
}
