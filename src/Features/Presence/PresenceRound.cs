using Chatalot.Features.Frames;
using Chatalot.Shared.Realtime;

namespace Chatalot.Features.Presence;

/// <summary>
/// Brings several changes to those who see the people concerned, each once. Listeners who hear the same get the same bytes;
/// somebody who is among the news hears all but the own one.
/// </summary>
internal sealed class PresenceRound
{
    private readonly List<PresentUser> news;
    private readonly Dictionary<PresentUser, int> places = [];
    private readonly HashSet<Guid> ids = [];
    private readonly List<List<int>> sources = [];

    /// <summary>The first source that a listener hears from, and the others, if there are any.</summary>
    private readonly Dictionary<PresentUser, int> listeners = [];
    private readonly Dictionary<PresentUser, List<int>> ofSeveral = [];
    private readonly Dictionary<int, Bundle> ofOne = [];
    private readonly Dictionary<string, Bundle> ofMany = [];

    /// <param name="news">People whose state has changed to <see cref="PresentUser.Told"/>.</param>
    public PresenceRound(List<PresentUser> news)
    {
        this.news = news;
        for (var i = 0; i < news.Count; i++)
        {
            places[news[i]] = i;
            ids.Add(news[i].Id);
        }
    }

    /// <summary>These people see this part of the news, given as ascending places in the list.</summary>
    public void Add(IEnumerable<PresentUser> people, List<int> part)
    {
        var source = sources.Count;
        sources.Add(part);
        foreach (var listener in people)
        {
            if (listener.Devices.Count == 0 || listeners.TryAdd(listener, source))
                continue;
            if (!ofSeveral.TryGetValue(listener, out var all))
                ofSeveral[listener] = all = [listeners[listener]];
            all.Add(source);
        }
    }

    /// <summary>Queues the frames and returns how many.</summary>
    public int Tell()
    {
        var queued = 0;
        foreach (var (listener, source) in listeners)
        {
            var bundle = ofSeveral.TryGetValue(listener, out var several) ? Of(several) : Of(source);
            if (listener.Apart.Overlaps(ids))
            {
                var visible = bundle.Places.Where(place => Sees(listener, news[place])).ToList();
                if (visible.Count > 0)
                    queued += PresenceCircles.Send(listener, Frame(visible));
            }
            else if (places.TryGetValue(listener, out var own) && bundle.Places.BinarySearch(own) is >= 0 and var at)
            {
                if (at > 0)
                    queued += PresenceCircles.Send(listener, bundle.All.Take(at));
                if (at + 1 < bundle.Places.Count)
                    queued += PresenceCircles.Send(listener, bundle.All.Skip(at + 1));
            }
            else
                queued += PresenceCircles.Send(listener, bundle.All);
        }
        return queued;
    }

    private static bool Sees(PresentUser listener, PresentUser person) =>
        person != listener && !listener.Apart.Contains(person.Id);

    private Bundle Of(int source)
    {
        if (!ofOne.TryGetValue(source, out var bundle))
            ofOne[source] = bundle = new Bundle(sources[source], Frame(sources[source]));
        return bundle;
    }

    private Bundle Of(List<int> several)
    {
        var key = string.Join(',', several);
        if (ofMany.TryGetValue(key, out var bundle))
            return bundle;
        var all = several.SelectMany(source => sources[source]).Distinct().Order().ToList();
        return ofMany[key] = new Bundle(all, Frame(all));
    }

    private OutgoingFrame Frame(List<int> of)
    {
        var frame = new OutgoingFrame.Builder();
        foreach (var place in of)
            frame.Add(Wire.Utf8(new PresenceUpdateFrame(news[place].Id, news[place].Told)));
        return frame.Build();
    }

    private sealed record Bundle(List<int> Places, OutgoingFrame All);
}
