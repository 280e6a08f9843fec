using Chatalot.Features.Frames;
using Chatalot.Shared.Realtime;

namespace Chatalot.Features.Presence;

/// <summary>
/// Who of this process's users is there, and who is told of whom. One lock orders every change with the telling of it
/// (queueing a frame never waits), so that nobody sees an older state after a newer one.
/// </summary>
internal sealed class PresenceBoard(PresenceOptions options, TimeProvider clock)
{
    private readonly Lock gate = new();
    private readonly PresentPeople people = new();

    /// <summary>Everybody who is on the board.</summary>
    public Guid[] Everybody
    {
        get
        {
            lock (gate)
                return people.Ids;
        }
    }

    /// <summary>
    /// Those who see nothing of this person, nor the other way round, because one has blocked the other.
    /// </summary>
    public IReadOnlySet<Guid> ApartFrom(Guid userId)
    {
        lock (gate)
            return people.Find(userId)?.Apart ?? [];
    }

    /// <summary>Whether the device says that nobody is at it.</summary>
    public bool IsIdle(Connection connection)
    {
        lock (gate)
            return people.Find(connection.UserId)?.Find(connection) is { IsIdle: true };
    }

    /// <summary>A device came. The result is the number of the question to the database that must follow.</summary>
    public int Enter(Connection connection)
    {
        lock (gate)
        {
            var person = people.FindOrAdd(connection.UserId);
            person.Grace?.Dispose();
            person.Grace = null;
            person.Devices.Add(new Device(connection));
            return ++person.Asked;
        }
    }

    /// <summary>The number of a new question about somebody on the board; null for anybody else.</summary>
    public int? Ask(Guid userId)
    {
        lock (gate)
            return people.Find(userId) is { } person ? ++person.Asked : null;
    }

    /// <summary>The device that came is known now: others are told of it, and it is told of the others.</summary>
    public void Arrive(Connection connection, PresenceFacts facts, int question)
    {
        lock (gate)
        {
            if (people.Find(connection.UserId) is not { } person || person.Find(connection) is null)
                return;
            Apply(person, facts, question);
            TellOthers(person);
            TellSelf(person, except: connection);
            var there = people
                .MatesOf(person)
                .Where(mate => mate.Told is not PresenceStatus.Offline)
                .Select(mate => new PresenceEntry(mate.Id, mate.Told))
                .ToList();
            if (there.Count > 0)
                connection.Send(Wire.Of(new PresenceBulkFrame(there)));
            if (person.ToSelf is not PresenceStatus.Online)
                connection.Send(Wire.Of(new PresenceUpdateFrame(person.Id, person.ToSelf)));
        }
    }

    /// <summary>Somebody's communities or blocks may have changed.</summary>
    public void Learn(PresenceFacts facts, int question)
    {
        lock (gate)
        {
            if (people.Find(facts.UserId) is { } person)
                Apply(person, facts, question);
        }
    }

    /// <summary>What the choice for all devices becomes by a device's word.</summary>
    /// <returns>Null when the device is gone.</returns>
    public (PresenceStatus? Before, PresenceStatus? After)? Weigh(Connection connection, PresenceStatus status)
    {
        lock (gate)
        {
            return people.Find(connection.UserId) is { } person && person.Find(connection) is { } device
                ? (person.Chosen, PresenceRules.Choose(person.Chosen, device.Said, status))
                : null;
        }
    }

    /// <summary>A device said how its user is; others hear of it soon, of many words only the last.</summary>
    public void Update(Connection connection, PresenceStatus status, PresenceStatus? chosen)
    {
        lock (gate)
        {
            if (people.Find(connection.UserId) is not { } person || person.Find(connection) is not { } device)
                return;
            device.Said = status;
            device.IsIdle = status is PresenceStatus.Idle;
            person.Chosen = chosen;
            // The device shows already what it said, unless that is not what became of it.
            TellSelf(person, except: person.ToSelf == status ? connection : null);
            if (person.ToOthers == person.Told || person.IsUpdateDue)
                return;
            if (person.UpdatedAt is { } last && clock.GetElapsedTime(last) < options.UpdateInterval)
            {
                person.IsUpdateDue = true;
                _ = UpdateLaterAsync(person, options.UpdateInterval - clock.GetElapsedTime(last));
                return;
            }
            person.UpdatedAt = clock.GetTimestamp();
            TellOthers(person);
        }
    }

    /// <summary>A device is gone.</summary>
    /// <param name="connection">The device.</param>
    /// <param name="isForGood">Its login has ended, so that nobody waits for it.</param>
    public void Leave(Connection connection, bool isForGood)
    {
        lock (gate)
        {
            if (people.Find(connection.UserId) is not { } person || person.Find(connection) is not { } device)
                return;
            person.Devices.Remove(device);
            person.LastSession = connection.SessionId;
            if (person.Devices.Count > 0)
            {
                TellOthers(person);
                TellSelf(person, except: null);
            }
            else if (isForGood || person.Told is PresenceStatus.Offline)
                Remove(person);
            else
                person.Grace = clock.CreateTimer(
                    _ => EndGrace(person, session: null),
                    null,
                    options.Grace,
                    Timeout.InfiniteTimeSpan
                );
        }
    }

    /// <summary>A login has ended: nobody waits for its device to come back.</summary>
    public void EndGrace(Guid userId, Guid? session)
    {
        lock (gate)
        {
            if (people.Find(userId) is { } person)
                EndGrace(person, session);
        }
    }

    private void EndGrace(PresentUser person, Guid? session)
    {
        lock (gate)
        {
            if (person.Grace is not null && (session is null || session == person.LastSession))
                Remove(person);
        }
    }

    private void Remove(PresentUser person)
    {
        person.Grace?.Dispose();
        person.Grace = null;
        TellOthers(person);
        people.Remove(person);
    }

    private async Task UpdateLaterAsync(PresentUser person, TimeSpan wait)
    {
        await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, clock);
        lock (gate)
        {
            person.IsUpdateDue = false;
            if (person.Devices.Count == 0)
                return;
            person.UpdatedAt = clock.GetTimestamp();
            TellOthers(person);
        }
    }

    private void TellOthers(PresentUser person)
    {
        if (person.ToOthers == person.Told)
            return;
        person.Told = person.ToOthers;
        var frame = Wire.Of(new PresenceUpdateFrame(person.Id, person.Told));
        foreach (var mate in people.MatesOf(person))
            Send(mate, frame);
    }

    private static void TellSelf(PresentUser person, Connection? except)
    {
        if (person.ToSelf == person.ToldSelf)
            return;
        person.ToldSelf = person.ToSelf;
        var frame = Wire.Of(new PresenceUpdateFrame(person.Id, person.ToSelf));
        foreach (var device in person.Devices.Where(device => device.Connection != except))
            device.Connection.Send(frame);
    }

    /// <summary>
    /// Takes in what the database said. Who comes into sight by it is shown, who goes out of it is offline.
    /// </summary>
    private void Apply(PresentUser person, PresenceFacts facts, int question)
    {
        if (question < person.Answered)
            return;
        person.Answered = question;
        var before = person.IsKnown ? people.MatesOf(person).ToHashSet() : null;
        if (!person.IsKnown)
            person.Chosen = facts.Chosen;
        person.IsKnown = true;
        people.Move(person, facts.Communities);
        people.Part(person, facts.Apart);
        if (before is null)
            return;
        var after = people.MatesOf(person).ToHashSet();
        foreach (var mate in after.Except(before))
            Show(person, mate, isInSight: true);
        foreach (var mate in before.Except(after))
            Show(person, mate, isInSight: false);
    }

    private static void Show(PresentUser one, PresentUser other, bool isInSight)
    {
        foreach (var (seen, by) in new[] { (one, other), (other, one) })
        {
            if (seen.Told is not PresenceStatus.Offline)
                Send(by, Wire.Of(new PresenceUpdateFrame(seen.Id, isInSight ? seen.Told : PresenceStatus.Offline)));
        }
    }

    private static void Send(PresentUser person, OutgoingFrame frame)
    {
        foreach (var device in person.Devices)
            device.Connection.Send(frame);
    }
}
