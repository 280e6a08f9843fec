using System.Text.Json.Serialization;

namespace Chatalot.Features.Frames;

/// <summary>A new message; answered with <see cref="MessageSentFrame"/>, in order per connection and channel.</summary>
/// <param name="ChannelId">Where to.</param>
/// <param name="Ciphertext">1 to 65,536 bytes, opaque to the server.</param>
/// <param name="Nonce">1 to 256 bytes.</param>
/// <param name="MessageType">
/// <c>text</c> or <c>file</c>; any other word is refused by its rule, not as malformed.
/// </param>
/// <param name="ReplyTo">A message of the same channel.</param>
/// <param name="SenderKeyId">Stored as sent, unchecked.</param>
/// <param name="ThreadId">Root of the thread, or a message in it.</param>
/// <param name="ClientId">At most 64 characters; makes a repeat harmless and comes back in the answer.</param>
/// <param name="FileIds">
/// Own files of the channel, at most 10, which go with the message; for messages of type <c>file</c> whose content the
/// server cannot read.
/// </param>
public sealed record SendMessageFrame(
    Guid ChannelId,
    byte[] Ciphertext,
    byte[] Nonce,
    string MessageType,
    Guid? ReplyTo = null,
    Guid? SenderKeyId = null,
    Guid? ThreadId = null,
    string? ClientId = null,
    IReadOnlyList<Guid>? FileIds = null
) : IClientFrame
{
    /// <inheritdoc/>
    public static string Type => "send_message";
}

/// <summary>
/// New content for one's own message, within 15 minutes. No answer but <see cref="MessageEditedFrame"/>.
/// </summary>
/// <param name="MessageId">Which.</param>
/// <param name="Ciphertext">1 to 65,536 bytes.</param>
/// <param name="Nonce">1 to 256 bytes.</param>
public sealed record EditMessageFrame(Guid MessageId, byte[] Ciphertext, byte[] Nonce) : IClientFrame
{
    /// <inheritdoc/>
    public static string Type => "edit_message";
}

/// <summary>
/// Removes one's own message, or another's by a moderator. No answer but <see cref="MessageDeletedFrame"/>.
/// </summary>
/// <param name="MessageId">Which.</param>
public sealed record DeleteMessageFrame(Guid MessageId) : IClientFrame
{
    /// <inheritdoc/>
    public static string Type => "delete_message";
}

/// <summary>
/// A message was stored. Channels: to the subscribers; direct messages: to the other member, subscribed or not. Never
/// to the connection that sent it.
/// </summary>
/// <param name="Id">Time-ordered, made by the server.</param>
/// <param name="ChannelId">Where.</param>
/// <param name="SenderId">Null for webhooks and deleted accounts.</param>
/// <param name="Ciphertext">As sent; for webhooks the UTF-8 of the text.</param>
/// <param name="Nonce">As sent.</param>
/// <param name="MessageType"><c>text</c>, <c>file</c>, <c>system</c> or <c>webhook</c>.</param>
/// <param name="ReplyTo">The message that it answers.</param>
/// <param name="SenderKeyId">As sent.</param>
/// <param name="CreatedAt">The stored time; with the id, the order in the channel.</param>
/// <param name="ThreadId">Root of the thread, left out when there is none.</param>
/// <param name="WebhookName">Name shown for a webhook's message, else left out.</param>
/// <param name="WebhookAvatar">Picture of the webhook, left out when there is none.</param>
public sealed record NewMessageFrame(
    Guid Id,
    Guid ChannelId,
    Guid? SenderId,
    ReadOnlyMemory<byte> Ciphertext,
    ReadOnlyMemory<byte> Nonce,
    string MessageType,
    Guid? ReplyTo,
    Guid? SenderKeyId,
    DateTimeOffset CreatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? ThreadId = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? WebhookName = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? WebhookAvatar = null
) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "new_message";
}

/// <summary>
/// The message is stored for good; to the connection that sent it, in the order of sending: clients give it to the
/// oldest message of that channel that waits.
/// </summary>
/// <param name="Id">The stored message.</param>
/// <param name="ChannelId">Where.</param>
/// <param name="CreatedAt">The stored time.</param>
/// <param name="ThreadId">Root of the thread, left out when there is none.</param>
/// <param name="ClientId">As sent, left out when there was none.</param>
public sealed record MessageSentFrame(
    Guid Id,
    Guid ChannelId,
    DateTimeOffset CreatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? ThreadId = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ClientId = null
) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "message_sent";
}

/// <summary>A message has new content; to the subscribers, the editor included.</summary>
/// <param name="MessageId">Which.</param>
/// <param name="ChannelId">Where.</param>
/// <param name="SenderId">Its author.</param>
/// <param name="Ciphertext">The new content.</param>
/// <param name="Nonce">The new nonce.</param>
/// <param name="EditedAt">The stored time of the edit.</param>
public sealed record MessageEditedFrame(
    Guid MessageId,
    Guid ChannelId,
    Guid SenderId,
    ReadOnlyMemory<byte> Ciphertext,
    ReadOnlyMemory<byte> Nonce,
    DateTimeOffset EditedAt
) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "message_edited";
}

/// <summary>A message is gone; to the subscribers. Carries no channel id: clients look for the message.</summary>
/// <param name="MessageId">Which.</param>
public sealed record MessageDeletedFrame(Guid MessageId) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "message_deleted";
}

/// <summary>A message was pinned; to the subscribers.</summary>
/// <param name="MessageId">Which.</param>
/// <param name="ChannelId">Where.</param>
/// <param name="PinnedBy">Who pinned it.</param>
/// <param name="PinnedAt">When.</param>
public sealed record MessagePinnedFrame(Guid MessageId, Guid ChannelId, Guid PinnedBy, DateTimeOffset PinnedAt)
    : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "message_pinned";
}

/// <summary>A message is no longer pinned; to the subscribers.</summary>
/// <param name="MessageId">Which.</param>
/// <param name="ChannelId">Where.</param>
public sealed record MessageUnpinnedFrame(Guid MessageId, Guid ChannelId) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "message_unpinned";
}
