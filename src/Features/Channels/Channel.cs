namespace Chatalot.Features.Channels;

/// <summary>What a channel is for.</summary>
public enum ChannelType
{
    /// <summary>Messages.</summary>
    Text,

    /// <summary>Calls, and messages beside them.</summary>
    Voice,

    /// <summary>Files, with comments in threads.</summary>
    Gallery,

    /// <summary>Direct messages between two people.</summary>
    Dm,
}

/// <summary>A channel: in a group, standalone, or between two people. Members and bans are rows beside it.</summary>
public sealed record Channel
{
    /// <summary>Time-ordered id.</summary>
    public required Guid Id { get; init; }

    /// <summary>1 to 64 characters; null for direct messages.</summary>
    public string? Name { get; init; }

    /// <summary>What it is for.</summary>
    public required ChannelType Type { get; init; }

    /// <summary>Up to 512 characters.</summary>
    public string? Topic { get; init; }

    /// <summary>Who created it, while that account exists.</summary>
    public Guid? CreatedBy { get; init; }

    /// <summary>Its group, for good; null for standalone channels and direct messages.</summary>
    public Guid? GroupId { get; init; }

    /// <summary>The community of its group.</summary>
    public Guid? CommunityId { get; init; }

    /// <summary>Only moderators and above write.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Nobody writes.</summary>
    public bool Archived { get; init; }

    /// <summary>Whether those who see its group, or know its id, may see and join it.</summary>
    public bool Discoverable { get; init; } = true;

    /// <summary>Seconds between two messages of one member, 0 to 86400.</summary>
    public int SlowModeSeconds { get; init; }

    /// <summary>Seconds after which messages expire, up to 30 days; null for never.</summary>
    public int? MessageTtlSeconds { get; init; }

    /// <summary>Address of the picture behind a call.</summary>
    public string? VoiceBackground { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its settings last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }
}
