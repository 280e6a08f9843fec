using System.Text.Json;
using System.Text.Json.Serialization;
using Chatalot.Shared.Json;

namespace Chatalot.Features.Frames;

/// <summary>Whether and how somebody is there.</summary>
public enum PresenceStatus
{
    /// <summary>Connected and active.</summary>
    Online,

    /// <summary>Connected, without input for a while.</summary>
    Idle,

    /// <summary>Connected, does not want to be disturbed. Nothing is withheld.</summary>
    Dnd,

    /// <summary>Connected, shown to others as <see cref="Offline"/>. Never told to anybody but the user.</summary>
    Invisible,

    /// <summary>Not connected.</summary>
    Offline,
}

/// <summary>The user's chosen or automatic status. Silent.</summary>
/// <param name="Status">The new one.</param>
public sealed record UpdatePresenceFrame(PresenceStatus Status) : IClientFrame
{
    /// <inheritdoc/>
    public static string Type => "update_presence";
}

/// <summary>Somebody's status changed; to everyone who shares a community, and to the user's own connections.</summary>
/// <param name="UserId">Who.</param>
/// <param name="Status">
/// What others see; <see cref="PresenceStatus.Invisible"/> to the user's own connections only.
/// </param>
public sealed record PresenceUpdateFrame(Guid UserId, PresenceStatus Status) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "presence_update";
}

/// <summary>Who is there; to a connection after its authentication, left out when nobody is.</summary>
/// <param name="Statuses">Everyone connected who shares a community and is not invisible.</param>
public sealed record PresenceBulkFrame(IReadOnlyList<PresenceEntry> Statuses) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "presence_bulk";
}

/// <summary>One user in a <see cref="PresenceBulkFrame"/>; on the wire an array of two strings.</summary>
/// <param name="UserId">Who.</param>
/// <param name="Status">What others see.</param>
[JsonConverter(typeof(PresenceEntryConverter))]
public readonly record struct PresenceEntry(Guid UserId, PresenceStatus Status);

internal sealed class PresenceEntryConverter : JsonConverter<PresenceEntry>
{
    public override PresenceEntry Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray || !reader.Read())
            throw new JsonException();
        if (!GuidConverter.TryRead(ref reader, out var userId) || !reader.Read())
            throw new JsonException();
        var status = StatusConverter(options).Read(ref reader, typeof(PresenceStatus), options);
        if (!reader.Read() || reader.TokenType != JsonTokenType.EndArray)
            throw new JsonException();
        return new PresenceEntry(userId, status);
    }

    public override void Write(Utf8JsonWriter writer, PresenceEntry value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        writer.WriteStringValue(value.UserId);
        StatusConverter(options).Write(writer, value.Status, options);
        writer.WriteEndArray();
    }

    private static JsonConverter<PresenceStatus> StatusConverter(JsonSerializerOptions options) =>
        (JsonConverter<PresenceStatus>)options.GetConverter(typeof(PresenceStatus));
}
