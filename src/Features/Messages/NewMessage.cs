using Chatalot.Shared.Errors;
using Chatalot.Shared.Realtime;

namespace Chatalot.Features.Messages;

/// <summary>
/// A message that passed every check and waits for its commit. Every way in (socket, webhook, scheduled delivery) ends
/// in one of these.
/// </summary>
public sealed class NewMessage
{
    /// <summary>The channel.</summary>
    public required Guid ChannelId { get; init; }

    /// <summary>The author; null for webhooks.</summary>
    public required Guid? SenderId { get; init; }

    /// <summary>Stored and relayed as it is.</summary>
    public required byte[] Ciphertext { get; init; }

    /// <summary>Stored and relayed as it is.</summary>
    public required byte[] Nonce { get; init; }

    /// <summary><c>text</c>, <c>file</c> or <c>webhook</c>.</summary>
    public required string MessageType { get; init; }

    /// <summary>Opaque to the server.</summary>
    public Guid? SenderKeyId { get; init; }

    /// <summary>The message that this one answers.</summary>
    public Guid? ReplyToId { get; init; }

    /// <summary>Root of the thread that this one belongs to.</summary>
    public Guid? ThreadId { get; init; }

    /// <summary>The sender's own id for it, unique per sender: a repeat is confirmed, not stored.</summary>
    public string? ClientId { get; init; }

    /// <summary>Files that go with it, as its sender says; null when nothing is said.</summary>
    public IReadOnlyList<Guid>? FileIds { get; init; }

    /// <summary>Seconds that the message lives; null: for ever.</summary>
    public int? TtlSeconds { get; init; }

    /// <summary>
    /// Its way to its two people, when it is a direct message (<see cref="DirectChannels.DeliveryAsync"/>).
    /// </summary>
    public DirectDelivery? Direct { get; init; }

    /// <summary>Under which name a webhook posts; null for all other messages.</summary>
    public WebhookIdentity? Webhook { get; init; }

    /// <summary>
    /// The row of <c>scheduled_messages</c> that this message delivers: removed by the same commit, and without it
    /// nothing is stored, so that neither a crash nor a second process delivers twice.
    /// </summary>
    public Guid? ScheduledId { get; init; }

    /// <summary>
    /// The socket it came from, which gets the confirmation instead of the message; null for other ways in.
    /// </summary>
    public Connection? Origin { get; init; }

    /// <summary>Told what became of it.</summary>
    public required IMessageReceipt Receipt { get; init; }

    /// <summary>What the sender stored before under the same client id; this message is not stored then.</summary>
    public FirstMessage? Repeats { get; internal set; }

    /// <summary>Given by the log, last before the commit.</summary>
    public Guid Id { get; internal set; }

    /// <summary>Given by the log, last before the commit.</summary>
    public DateTimeOffset CreatedAt { get; internal set; }

    /// <summary>When it vanishes, if ever.</summary>
    public DateTimeOffset? ExpiresAt => TtlSeconds is { } seconds ? CreatedAt.AddSeconds(seconds) : null;
}

/// <summary>Who a webhook's message says it is from.</summary>
/// <param name="Name">At most 64 characters.</param>
/// <param name="Avatar">Address of a picture, or null.</param>
/// <param name="WebhookId">Which webhook it is.</param>
/// <param name="Key">The holder's own name for the post, unique for the webhook: a repeat is confirmed, not stored.</param>
public sealed record WebhookIdentity(string Name, string? Avatar, Guid WebhookId, string? Key);

/// <summary>
/// Where the answer to a message goes. Exactly one of the calls comes, exactly once, from the log's own tasks.
/// </summary>
public interface IMessageReceipt
{
    /// <summary>
    /// The message is durable: this is the acknowledgement. For a repeated client id, see <see
    /// cref="NewMessage.Repeats"/>.
    /// </summary>
    void Committed(NewMessage message);

    /// <summary>The message is not acknowledged.</summary>
    void Refused(NewMessage message, Failure failure);
}
