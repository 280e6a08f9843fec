using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Chatalot.Shared.Json;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Messages;

/// <summary>A message as HTTP answers it (contract, messages.md 2.1).</summary>
public sealed record MessageResponse
{
    private static readonly JsonTypeInfo<IReadOnlyList<ReactionResponse>> ReactionsJson =
        (JsonTypeInfo<IReadOnlyList<ReactionResponse>>)
            JsonDefaults.CreateOptions(MessagesJson.Default).GetTypeInfo(typeof(IReadOnlyList<ReactionResponse>));

    /// <summary>Columns over alias <c>m</c> that <see cref="From"/> reads first.</summary>
    public const string Columns = """
        m.id, m.channel_id, m.sender_id, m.ciphertext, m.nonce, m.message_type, m.reply_to_id, m.sender_key_id,
        m.edited_at, m.created_at, m.thread_id, m.webhook_name, m.webhook_avatar
        """;

    /// <summary>The message; grows with time.</summary>
    public required Guid Id { get; init; }

    /// <summary>Its channel.</summary>
    public required Guid ChannelId { get; init; }

    /// <summary>Its author; null for webhooks and deleted accounts.</summary>
    public required Guid? SenderId { get; init; }

    /// <summary>The content, opaque to the server.</summary>
    public required byte[] Ciphertext { get; init; }

    /// <summary>Belongs to the content.</summary>
    public required byte[] Nonce { get; init; }

    /// <summary><c>text</c>, <c>file</c>, <c>webhook</c> or <c>system</c>.</summary>
    public required string MessageType { get; init; }

    /// <summary>The message that it answers.</summary>
    public required Guid? ReplyToId { get; init; }

    /// <summary>Opaque to the server.</summary>
    public required Guid? SenderKeyId { get; init; }

    /// <summary>When it was last edited.</summary>
    public required DateTimeOffset? EditedAt { get; init; }

    /// <summary>When it was stored.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Root of its thread; left out when there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? ThreadId { get; init; }

    /// <summary>In the order in which the emoji were first used; left out when there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ReactionResponse>? Reactions { get; init; }

    /// <summary>Visible messages in its thread; left out when there are none, and in thread listings.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ThreadReplyCount { get; init; }

    /// <summary>When the newest of them was stored.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? ThreadLastReplyAt { get; init; }

    /// <summary>Under which name a webhook posted it; left out for all others.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? WebhookName { get; init; }

    /// <summary>The webhook's picture; left out when there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? WebhookAvatar { get; init; }

    /// <summary>Where a search matched; left out elsewhere.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Highlight? Highlight { get; init; }

    /// <summary>How well its words match a search, the higher the better; left out elsewhere.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Rank { get; init; }

    /// <summary>Reads the row that the reader stands on, as <see cref="MessagePage"/> selects it.</summary>
    public static MessageResponse From(NpgsqlDataReader row) =>
        new()
        {
            Id = row.GetGuid(0),
            ChannelId = row.GetGuid(1),
            SenderId = row.GetId(2),
            Ciphertext = row.GetFieldValue<byte[]>(3),
            Nonce = row.GetFieldValue<byte[]>(4),
            MessageType = row.GetString(5),
            ReplyToId = row.GetId(6),
            SenderKeyId = row.GetId(7),
            EditedAt = row.GetTime(8),
            CreatedAt = row.GetFieldValue<DateTimeOffset>(9),
            ThreadId = row.GetId(10),
            WebhookName = row.GetText(11),
            WebhookAvatar = row.GetText(12),
            ThreadReplyCount = row.GetNumber(13),
            ThreadLastReplyAt = row.GetTime(14),
            Reactions = row.IsDBNull(15)
                ? null
                : JsonSerializer.Deserialize(row.GetFieldValue<byte[]>(15), ReactionsJson),
        };
}

/// <summary>Who reacted to a message with one emoji.</summary>
/// <param name="Emoji">The emoji.</param>
/// <param name="UserIds">The people, the first 1,000 of them.</param>
public sealed record ReactionResponse(string Emoji, IReadOnlyList<Guid> UserIds);

/// <summary>Where a search matched.</summary>
/// <param name="Text">A part of the message.</param>
/// <param name="Ranges">Start and length of each match in it, in UTF-16 units.</param>
public sealed record Highlight(string Text, IReadOnlyList<int[]> Ranges);
