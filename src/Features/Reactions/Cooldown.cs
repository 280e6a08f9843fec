using System.Collections.Concurrent;

namespace Chatalot.Features.Reactions;

/// <summary>
/// A pause between two deeds of one person, over all of their sockets in this process. Who has paused long enough is
/// forgotten.
/// </summary>
internal sealed class Cooldown(TimeSpan pause, TimeProvider clock)
{
    private const int ForgetFrom = 4096;

    private readonly ConcurrentDictionary<Guid, DateTimeOffset> until = new();

    /// <summary>Begins the person's pause. False while the last one is not over; it goes on then.</summary>
    public bool TryBegin(Guid userId)
    {
        var now = clock.GetUtcNow();
        if (until.Count > ForgetFrom)
            Forget(now);
        while (true)
        {
            if (!until.TryGetValue(userId, out var end))
            {
                if (until.TryAdd(userId, now + pause))
                    return true;
            }
            else if (end > now)
            {
                return false;
            }
            else if (until.TryUpdate(userId, now + pause, end))
            {
                return true;
            }
        }
    }

    /// <summary>Whether the person still pauses.</summary>
    public bool IsOn(Guid userId) => until.TryGetValue(userId, out var end) && end > clock.GetUtcNow();

    private void Forget(DateTimeOffset now)
    {
        foreach (var entry in until)
        {
            if (entry.Value <= now)
                until.TryRemove(entry);
        }
    }
}
