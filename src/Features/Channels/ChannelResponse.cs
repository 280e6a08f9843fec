using System.Text.Json.Serialization;

namespace Chatalot.Features.Channels;

/// <summary>A channel as clients see it.</summary>
public sealed record ChannelResponse
{
    /// <summary>Id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Null for direct messages.</summary>
    public required string? Name { get; init; }

    /// <summary><c>text</c>, <c>voice</c>, <c>gallery</c> or <c>dm</c>.</summary>
    public required ChannelType ChannelType { get; init; }

    /// <summary>What it is about.</summary>
    public required string? Topic { get; init; }

    /// <summary>Who created it.</summary>
    public required Guid? CreatedBy { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Its group; null for standalone channels and direct messages.</summary>
    public required Guid? GroupId { get; init; }

    /// <summary>Only moderators and above write.</summary>
    public required bool ReadOnly { get; init; }

    /// <summary>Seconds between two messages of one member.</summary>
    public required int SlowModeSeconds { get; init; }

    /// <summary>May be seen and joined by others.</summary>
    public required bool Discoverable { get; init; }

    /// <summary>Nobody writes.</summary>
    public required bool Archived { get; init; }

    /// <summary>Seconds after which messages expire; left out for never.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MessageTtlSeconds { get; init; }

    /// <summary>Address of the picture behind a call; left out for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? VoiceBackground { get; init; }

    /// <summary>The channel as clients see it.</summary>
    public static ChannelResponse From(Channel channel) =>
        new()
        {
            Id = channel.Id,
            Name = channel.Name,
            ChannelType = channel.Type,
            Topic = channel.Topic,
            CreatedBy = channel.CreatedBy,
            CreatedAt = channel.CreatedAt,
            GroupId = channel.GroupId,
            ReadOnly = channel.ReadOnly,
            SlowModeSeconds = channel.SlowModeSeconds,
            Discoverable = channel.Discoverable,
            Archived = channel.Archived,
            MessageTtlSeconds = channel.MessageTtlSeconds,
            VoiceBackground = channel.VoiceBackground,
        };
}
