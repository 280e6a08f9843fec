namespace Chatalot.Features.Presence;

/// <summary>What this process says of its devices to others, and what they say of theirs.</summary>
internal sealed partial class PresenceBoard
{
    /// <summary>Those who have a device here, or had one until a moment ago.</summary>
    public List<(Guid UserId, DeviceState State)> EverybodyHere()
    {
        lock (gate)
            return
            [
                .. people
                    .Values.Select(person => (person.Id, person.StateHere))
                    .Where(p => p.StateHere is not DeviceState.None),
            ];
    }

    /// <summary>What there is to say of the devices here of these people.</summary>
    public List<(Guid UserId, DeviceState State)> StatesHere(IReadOnlyCollection<Guid> userIds)
    {
        lock (gate)
            return [.. userIds.Select(id => (id, people.GetValueOrDefault(id)?.StateHere ?? DeviceState.None))];
    }

    /// <summary>At how many processes the person has devices, or had one until a moment ago.</summary>
    public int ProcessesOf(Guid userId)
    {
        lock (gate)
            return people.GetValueOrDefault(userId) is { IsKnown: true } person
                ? (person.StateHere is DeviceState.None ? 0 : 1) + (person.Elsewhere?.Count ?? 0)
                : 0;
    }

    /// <summary>What another process says of its devices.</summary>
    /// <returns>Those of whom the database must be asked, with the number of the question.</returns>
    public Dictionary<Guid, int> Hear(Guid process, IEnumerable<(Guid UserId, DeviceState State)> said)
    {
        var unknown = new Dictionary<Guid, int>();
        lock (gate)
        {
            foreach (var (userId, state) in said)
            {
                if (state is DeviceState.None)
                {
                    if (people.TryGetValue(userId, out var gone))
                        Forget(gone, process);
                    continue;
                }
                var person = Place(userId);
                if (person.Grace is not null && !person.IsHeldHere)
                    StopGrace(person);
                (person.Elsewhere ??= [])[process] = state;
                if (!person.IsKnown)
                    unknown[userId] = ++person.Asked;
                Settle(person);
            }
        }
        return unknown;
    }

    /// <summary>
    /// Another process is gone. Its people may come back to any other; those who do not in time are offline.
    /// </summary>
    public void Forget(Guid process)
    {
        lock (gate)
        {
            foreach (var person in people.Values.Where(p => p.Elsewhere?.ContainsKey(process) is true).ToList())
            {
                if (person is { Elsewhere.Count: 1, Devices.Count: 0, Grace: null })
                    Hold(person, person.Elsewhere[process], isHere: false);
                Forget(person, process);
            }
        }
    }

    /// <summary>Of this process's people only these are there still.</summary>
    public void Keep(Guid process, HashSet<Guid> userIds)
    {
        lock (gate)
        {
            foreach (var person in people.Values.Where(p => p.Elsewhere?.ContainsKey(process) is true).ToList())
                if (!userIds.Contains(person.Id))
                    Forget(person, process);
        }
    }

    private void Forget(PresentUser person, Guid process)
    {
        if (person.Elsewhere?.Remove(process) is not true)
            return;
        if (person.Elsewhere.Count == 0)
            person.Elsewhere = null;
        Settle(person);
    }
}
