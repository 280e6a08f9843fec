using Npgsql;

namespace Chatalot.Features.ScheduledMessages;

/// <summary>A scheduled message whose time has come.</summary>
internal sealed record DueMessage(Guid Id, Guid ChannelId, Guid AuthorId, byte[] Ciphertext, byte[] Nonce)
{
    /// <summary>Those that are due at <c>$1</c>, the longest due first.</summary>
    public const string Sql = """
        select id, channel_id, user_id, ciphertext, nonce from scheduled_messages
        where failed_at is null and scheduled_for <= $1 order by scheduled_for, id limit 500
        """;

    public static DueMessage From(NpgsqlDataReader row) =>
        new(row.GetGuid(0), row.GetGuid(1), row.GetGuid(2), row.GetFieldValue<byte[]>(3), row.GetFieldValue<byte[]>(4));
}
