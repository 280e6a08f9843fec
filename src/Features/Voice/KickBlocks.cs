using Chatalot.Shared.Errors;

namespace Chatalot.Features.Voice;

/// <summary>
/// Who was put out of which call a moment ago and may not come back yet. The caller holds the lock of the calls.
/// </summary>
internal sealed class KickBlocks(TimeSpan length)
{
    public static readonly Failure Refusal = new(403, "forbidden", "you were removed from this call a moment ago");

    private readonly Dictionary<(Guid ChannelId, Guid UserId), DateTimeOffset> until = [];

    public void Add(Guid channelId, Guid userId, DateTimeOffset now)
    {
        foreach (var (over, end) in until.ToList())
        {
            if (end <= now)
                until.Remove(over);
        }
        until[(channelId, userId)] = now + length;
    }

    public bool Holds(Guid channelId, Guid userId, DateTimeOffset now) =>
        until.TryGetValue((channelId, userId), out var end) && end > now;
}
