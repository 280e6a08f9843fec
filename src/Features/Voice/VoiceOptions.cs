namespace Chatalot.Features.Voice;

/// <summary>
/// Limits and times of calls. Defaults are the contract's (realtime.md 11 with its corrections E1 to E11).
/// </summary>
public sealed record VoiceOptions
{
    /// <summary>People in one call: a mesh of more is no good.</summary>
    public int MostParticipants { get; init; } = 25;

    /// <summary>
    /// How long somebody stays in the call whose socket is gone; coming back within it changes nothing for the others.
    /// </summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long somebody who was put out of a call may not join it again.</summary>
    public TimeSpan KickBlock { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Joins that one user may make at once; rejoining the same call does not count.</summary>
    public int JoinBurst { get; init; } = 5;

    /// <summary>Joins a second that one user may make for ever.</summary>
    public double JoinsPerSecond { get; init; } = 0.5;

    /// <summary>How often a process says of its calls that it still holds them.</summary>
    public TimeSpan SignOfLife { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>After this time without a sign of life a call's process counts as dead.</summary>
    public TimeSpan DeadAfter { get; init; } = TimeSpan.FromSeconds(45);
}
