namespace Chatalot.Features.Voice.Sfu;

/// <summary>
/// A Janus server whose VideoRoom plugin forwards the media of larger calls (a selective forwarding unit).
/// </summary>
public sealed record SfuOptions
{
    /// <summary>Where this server reaches its WebSocket API: <c>ws:</c> or <c>wss:</c>.</summary>
    public required Uri Url { get; init; }

    /// <summary>Where clients reach the same API.</summary>
    public required Uri PublicUrl { get; init; }

    /// <summary>Janus' <c>api_secret</c>: what this server shows.</summary>
    public required string ApiSecret { get; init; }

    /// <summary>Janus' <c>token_auth_secret</c>: what the tokens of clients are signed with.</summary>
    public required string TokenSecret { get; init; }

    /// <summary>The plugin's <c>admin_key</c>: without it nobody makes rooms.</summary>
    public required string AdminKey { get; init; }

    /// <summary>A call of so many people gets a room, and keeps it until it ends.</summary>
    public int FromParticipants { get; init; } = 6;

    /// <summary>
    /// How long a client's token for the API is good for; a room's own tokens end with the place in the call.
    /// </summary>
    public TimeSpan TokenLifetime { get; init; } = TimeSpan.FromHours(12);

    /// <summary>Longest wait for one answer.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often the session is kept alive; Janus ends it after 60 seconds of silence.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Wait before the second attempt to connect; each further one is twice as long.</summary>
    public TimeSpan ShortestPause { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest wait between two attempts.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Without the secrets.</summary>
    public override string ToString() => $"{Url}, from {FromParticipants} participants";
}
