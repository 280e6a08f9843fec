using Chatalot.Features.Frames;
using Chatalot.Shared.Realtime;

namespace Chatalot.Features.Presence;

/// <summary>
/// Who sees whom: people by community. Tells of many changes with one frame for all who hear the same, so that a pass
/// costs a queue slot a listener, however many changes it brings. Touched under the lock of <see cref="PresenceBoard"/>.
/// </summary>
internal sealed class PresenceCircles
{
    private readonly Dictionary<Guid, Circle> circles = [];

    /// <summary>Puts the person into exactly these communities.</summary>
    public void Move(PresentUser person, Guid[] to)
    {
        foreach (var id in person.Communities.Except(to))
        {
            if (!circles.TryGetValue(id, out var left) || !left.Members.Remove(person))
                continue;
            left.Greeting = null;
            if (left.Members.Count == 0)
                circles.Remove(id);
        }
        foreach (var id in to.Except(person.Communities))
        {
            if (!circles.TryGetValue(id, out var joined))
                circles[id] = joined = new Circle();
            joined.Members.Add(person);
            joined.Greeting = null;
        }
        person.Communities = to;
    }

    /// <summary>Those who see the person and whom the person sees.</summary>
    public IEnumerable<PresentUser> MatesOf(PresentUser person)
    {
        var all = CirclesOf(person);
        var mates = person.Communities.Length == 1 ? all.Single().Members : all.SelectMany(c => c.Members).Distinct();
        return mates.Where(mate => mate != person && !person.Apart.Contains(mate.Id));
    }

    /// <summary>The mates as they were last told of; null when none is there.</summary>
    public OutgoingFrame? WhoIsThereFor(PresentUser person)
    {
        // People who come together hear the same, and are not in it themselves: it is made once.
        if (person is not { Communities: [var only], Apart.Count: 0, Told: PresenceStatus.Offline })
            return Greeting(MatesOf(person));
        var circle = circles[only];
        if (!circle.IsGreetingMade)
            (circle.Greeting, circle.IsGreetingMade) = (Greeting(circle.Members), true);
        return circle.Greeting;
    }

    /// <summary>Tells every listener what changed of those whom they see. The result is the number of frames queued.</summary>
    public int Tell(IEnumerable<PresentUser> changed)
    {
        var news = changed.Where(person => person.ToOthers != person.Told).ToList();
        foreach (var person in news)
        {
            person.Told = person.ToOthers;
            foreach (var circle in CirclesOf(person))
                circle.Greeting = null;
        }
        return news.Count switch
        {
            0 => 0,
            1 => TellOne(news[0]),
            _ => TellAll(news),
        };
    }

    /// <summary>Queues the frame for each device of this process.</summary>
    public static int Send(PresentUser person, OutgoingFrame frame)
    {
        foreach (var device in person.Devices)
            device.Connection.Send(frame);
        return person.Devices.Count;
    }

    private IEnumerable<Circle> CirclesOf(PresentUser person) => person.Communities.Select(id => circles[id]);

    private static OutgoingFrame? Greeting(IEnumerable<PresentUser> mates)
    {
        var there = mates
            .Where(mate => mate.Told is not PresenceStatus.Offline)
            .Select(mate => new PresenceEntry(mate.Id, mate.Told))
            .ToList();
        return there.Count > 0 ? Wire.Of(new PresenceBulkFrame(there)) : null;
    }

    private int TellOne(PresentUser person)
    {
        var frame = Wire.Of(new PresenceUpdateFrame(person.Id, person.Told));
        return MatesOf(person).Sum(mate => Send(mate, frame));
    }

    private int TellAll(List<PresentUser> news)
    {
        var round = new PresenceRound(news);
        foreach (var (circle, of) in ByCircle(news))
            round.Add(circle.Members, of);
        return round.Tell();
    }

    /// <summary>Which of the news come from which community, as positions in the list.</summary>
    private Dictionary<Circle, List<int>> ByCircle(List<PresentUser> news)
    {
        var result = new Dictionary<Circle, List<int>>();
        for (var i = 0; i < news.Count; i++)
        {
            foreach (var circle in CirclesOf(news[i]))
            {
                if (!result.TryGetValue(circle, out var of))
                    result[circle] = of = [];
                of.Add(i);
            }
        }
        return result;
    }

    private sealed class Circle
    {
        private OutgoingFrame? greeting;

        public HashSet<PresentUser> Members { get; } = [];

        public bool IsGreetingMade { get; set; }

        /// <summary>What a newcomer hears; taken back by every change.</summary>
        public OutgoingFrame? Greeting
        {
            get => greeting;
            set => (greeting, IsGreetingMade) = (value, false);
        }
    }
}
