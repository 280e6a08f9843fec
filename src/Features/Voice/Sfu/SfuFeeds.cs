using Chatalot.Features.Frames;

namespace Chatalot.Features.Voice.Sfu;

/// <summary>
/// Who is at the SFU, for each channel whose call has a room there. The caller holds the lock of the calls.
/// </summary>
internal sealed class SfuFeeds
{
    private readonly Dictionary<Guid, IReadOnlyList<SfuFeed>> byChannel = [];

    /// <summary>Null while the channel's call has no room.</summary>
    public IReadOnlyList<SfuFeed>? Of(Guid channelId) => byChannel.GetValueOrDefault(channelId);

    /// <summary>True when that is news.</summary>
    public bool Set(Guid channelId, IReadOnlyList<SfuFeed> present)
    {
        if (Of(channelId) is { } before && before.ToHashSet().SetEquals(present))
            return false;
        byChannel[channelId] = present;
        Count();
        return true;
    }

    /// <summary>Somebody left the call; with the last one the room goes.</summary>
    public void Forget(Guid channelId, Guid userId, bool isOver)
    {
        if (Of(channelId) is not { } before)
            return;
        if (isOver)
            byChannel.Remove(channelId);
        else
            byChannel[channelId] = [.. before.Where(feed => feed.UserId != userId)];
        Count();
    }

    private void Count() => SfuMetrics.ShowFeeds(byChannel.Values.Sum(feeds => feeds.Count));
}
