namespace Chatalot.Features.Presence;

/// <summary>Times of presence. Defaults follow the contract (realtime.md F3, F4, F6).</summary>
public sealed record PresenceOptions
{
    /// <summary>
    /// Time for somebody's last device to come back before others see them offline; a logout does not wait.
    /// </summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Between two changes of one person that others are told; the last one wins.</summary>
    public TimeSpan UpdateInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Between two words to others that somebody still types.</summary>
    public TimeSpan TypingInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long somebody types after the last word about it.</summary>
    public TimeSpan TypingLasts { get; init; } = TimeSpan.FromSeconds(6);
}
