using Chatalot.Features.Messages;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Pins;

/// <summary>A pinned message as HTTP answers it (contract, messages.md 5.1).</summary>
/// <param name="Id">The message.</param>
/// <param name="ChannelId">Its channel.</param>
/// <param name="SenderId">Its author; null for webhooks and deleted accounts.</param>
/// <param name="Ciphertext">The content, opaque to the server.</param>
/// <param name="Nonce">Belongs to the content.</param>
/// <param name="MessageType"><c>text</c>, <c>file</c>, <c>webhook</c> or <c>system</c>.</param>
/// <param name="ReplyToId">The message that it answers.</param>
/// <param name="SenderKeyId">Opaque to the server.</param>
/// <param name="EditedAt">When it was last edited.</param>
/// <param name="CreatedAt">When it was stored.</param>
/// <param name="PinnedBy">Who pinned it; null when the account is gone.</param>
/// <param name="PinnedAt">When it was pinned.</param>
internal sealed record PinResponse(
    Guid Id,
    Guid ChannelId,
    Guid? SenderId,
    byte[] Ciphertext,
    byte[] Nonce,
    string MessageType,
    Guid? ReplyToId,
    Guid? SenderKeyId,
    DateTimeOffset? EditedAt,
    DateTimeOffset CreatedAt,
    Guid? PinnedBy,
    DateTimeOffset PinnedAt
)
{
    /// <summary>The channel <c>$1</c>'s pins that readers may see, the latest first.</summary>
    public const string Sql = $"""
        select m.id, m.channel_id, m.sender_id, m.ciphertext, m.nonce, m.message_type, m.reply_to_id, m.sender_key_id,
               m.edited_at, m.created_at, pin.pinned_by, pin.pinned_at
        from pins pin join messages m on m.id = pin.message_id
        where pin.channel_id = $1 and {MessageVisibility.Sql}
        order by pin.pinned_at desc, pin.message_id desc
        """;

    public static PinResponse From(NpgsqlDataReader row) =>
        new(
            row.GetGuid(0),
            row.GetGuid(1),
            row.GetId(2),
            row.GetFieldValue<byte[]>(3),
            row.GetFieldValue<byte[]>(4),
            row.GetString(5),
            row.GetId(6),
            row.GetId(7),
            row.GetTime(8),
            row.GetFieldValue<DateTimeOffset>(9),
            row.GetId(10),
            row.GetFieldValue<DateTimeOffset>(11)
        );
}
