using System.Text.Json;
using System.Text.Json.Serialization;
using Chatalot.Shared.Json;

namespace Chatalot.Features.Frames;

/// <summary>The user has read the channel up to a message. Silent.</summary>
/// <param name="ChannelId">Where.</param>
public sealed record MarkReadFrame(Guid ChannelId) : IClientFrame
{
    /// <inheritdoc/>
    public static string Type => "mark_read";

    /// <summary>
    /// The newest message read. Null when the client named one of its own that is not confirmed yet, by a local word
    /// such as <c>temp-1767225600123</c>: there is nothing to mark, and nothing to complain about either.
    /// </summary>
    [JsonConverter(typeof(ConfirmedIdConverter))]
    public required Guid? MessageId { get; init; }
}

/// <summary>The user has read everything everywhere. Silent.</summary>
public sealed record MarkAllReadFrame : IClientFrame
{
    /// <inheritdoc/>
    public static string Type => "mark_all_read";
}

/// <summary>
/// Somebody has read a channel up to a message; to the subscribers unless that user switched receipts off, and always
/// to the user's own connections.
/// </summary>
/// <param name="ChannelId">Where.</param>
/// <param name="UserId">Who.</param>
/// <param name="MessageId">The newest message read.</param>
/// <param name="Timestamp">When.</param>
public sealed record ReadReceiptFrame(Guid ChannelId, Guid UserId, Guid MessageId, DateTimeOffset Timestamp)
    : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "read_receipt";
}

/// <summary>Any string is accepted; one that is no id means a message that only the client knows.</summary>
internal sealed class ConfirmedIdConverter : JsonConverter<Guid?>
{
    public override bool HandleNull => true;

    public override Guid? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
            throw new JsonException();
        return GuidConverter.TryRead(ref reader, out var id) ? id : null;
    }

    public override void Write(Utf8JsonWriter writer, Guid? value, JsonSerializerOptions options)
    {
        if (value is { } id)
            writer.WriteStringValue(id);
        else
            writer.WriteNullValue();
    }
}
