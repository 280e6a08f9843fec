using System.Text.Json;
using Npgsql;

namespace Chatalot.Features.Keys;

/// <summary>A member's sender key in a channel: one a member, the one uploaded last.</summary>
/// <param name="Id">A new one with every upload.</param>
/// <param name="ChannelId">Where.</param>
/// <param name="UserId">Whose.</param>
/// <param name="ChainId">An unsigned 32-bit number of the client.</param>
/// <param name="Distribution">As uploaded, unchanged.</param>
/// <param name="CreatedAt">When it was uploaded.</param>
internal sealed record SenderKeyResponse(
    Guid Id,
    Guid ChannelId,
    Guid UserId,
    long ChainId,
    JsonElement Distribution,
    DateTimeOffset CreatedAt
)
{
    /// <summary>What <see cref="Read"/> reads, in its order.</summary>
    public const string Columns = "id, channel_id, user_id, chain_id, distribution, created_at";

    /// <summary>The row.</summary>
    public static SenderKeyResponse Read(NpgsqlDataReader row) =>
        new(
            row.GetGuid(0),
            row.GetGuid(1),
            row.GetGuid(2),
            row.GetInt64(3),
            JsonElement.Parse(row.GetFieldValue<byte[]>(4)),
            row.GetFieldValue<DateTimeOffset>(5)
        );
}
