namespace Chatalot.Features.Presence;

/// <summary>
/// Who is there and who is in sight of whom: those who share a community, unless one has blocked the other. Not for use
/// by several threads at once: <see cref="PresenceBoard"/> has the lock.
/// </summary>
internal sealed class PresentPeople
{
    private readonly Dictionary<Guid, PresentUser> people = [];
    private readonly Dictionary<Guid, HashSet<PresentUser>> communities = [];

    /// <summary>All of them, as they are now.</summary>
    public Guid[] Ids => [.. people.Keys];

    public PresentUser? Find(Guid userId) => people.GetValueOrDefault(userId);

    public PresentUser FindOrAdd(Guid userId)
    {
        if (!people.TryGetValue(userId, out var person))
            people[userId] = person = new PresentUser(userId);
        return person;
    }

    public void Remove(PresentUser person)
    {
        people.Remove(person.Id);
        Move(person, []);
    }

    /// <summary>Everybody else in sight of this person.</summary>
    public IEnumerable<PresentUser> MatesOf(PresentUser person)
    {
        var all = person.Communities.Select(id => communities[id]);
        var mates = person.Communities.Length == 1 ? all.Single() : all.SelectMany(members => members).Distinct();
        return mates.Where(mate => mate != person && !person.Apart.Contains(mate.Id));
    }

    /// <summary>The person is in these communities now, and in no others.</summary>
    public void Move(PresentUser person, Guid[] to)
    {
        foreach (var id in person.Communities.Except(to))
        {
            if (communities.TryGetValue(id, out var left) && left.Remove(person) && left.Count == 0)
                communities.Remove(id);
        }
        foreach (var id in to.Except(person.Communities))
        {
            if (!communities.TryGetValue(id, out var joined))
                communities[id] = joined = [];
            joined.Add(person);
        }
        person.Communities = to;
    }

    /// <summary>The person is apart from these now. That is mutual, so the others' sets follow.</summary>
    public void Part(PresentUser person, HashSet<Guid> from)
    {
        foreach (var id in person.Apart.Except(from))
        {
            if (people.TryGetValue(id, out var other))
                other.Apart = [.. other.Apart.Where(apart => apart != person.Id)];
        }
        foreach (var id in from.Except(person.Apart))
        {
            if (people.TryGetValue(id, out var other))
                other.Apart = [.. other.Apart, person.Id];
        }
        person.Apart = from;
    }
}
