namespace Chatalot.Features.Presence;

/// <summary>Times of presence. Defaults follow the contract (realtime.md F3, F4, F6).</summary>
public sealed record PresenceOptions
{
    /// <summary>Time for somebody's last device to come back before others see them offline; a logout does not wait.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Between two changes of one person that others are told; the last one wins.</summary>
    public TimeSpan UpdateInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Rest after each frame that a change of presence costs, before the next changes are told: about the time that
    /// queueing and writing it takes. A change that 5,000 people hear of is followed by a fifth of a second.
    /// </summary>
    public TimeSpan RestPerFrame { get; init; } = TimeSpan.FromMicroseconds(40);

    /// <summary>Rest that may be owed while changes are told at once: about a thousand frames.</summary>
    public TimeSpan FanOutCredit { get; init; } = TimeSpan.FromMilliseconds(40);

    /// <summary>However many heard of it, the next changes are told after this.</summary>
    public TimeSpan LongestRest { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Between two signs of life to other processes.</summary>
    public TimeSpan BeatInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Beats of our own without a word of another process until it counts as gone: 15 to 20 s. Counted, not measured, so
    /// that a process that stood still does not take all others for dead.
    /// </summary>
    public int SilentBeats { get; init; } = 4;

    /// <summary>Between two words to other processes, so that what happens meanwhile goes together.</summary>
    public TimeSpan NewsInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Between two words to others that somebody still types.</summary>
    public TimeSpan TypingInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long somebody types after the last word about it.</summary>
    public TimeSpan TypingLasts { get; init; } = TimeSpan.FromSeconds(6);
}
