using Chatalot.Features.Frames;
using Chatalot.Shared.Realtime;

namespace Chatalot.Features.Presence;

/// <summary>
/// Who is there, and who of this process's users is told of whom. One lock orders every change with the telling of it
/// (queueing a frame never waits), so that nobody sees an older state after a newer one. What other processes say of their
/// devices comes in by <see cref="Hear"/>.
/// </summary>
internal sealed partial class PresenceBoard(PresenceOptions options, TimeProvider clock)
{
    private readonly Lock gate = new();
    private readonly Dictionary<Guid, PresentUser> people = [];
    private readonly PresenceCircles circles = new();
    private readonly HashSet<PresentUser> changed = [];
    private readonly FanOutBudget budget = new(options, clock);
    private bool isPassDue;

    /// <summary>How often others were told of changes.</summary>
    public int Passes { get; private set; }

    /// <summary>
    /// What this process has to say of a person's devices here may have changed; or, where the second is true, what the
    /// person chose. Called under the lock: only take note.
    /// </summary>
    public event Action<Guid, bool>? ChangedHere;

    /// <summary>Everybody who is on the board.</summary>
    public Guid[] Everybody
    {
        get
        {
            lock (gate)
                return [.. people.Keys];
        }
    }

    /// <summary>Those who see nothing of this person, nor the other way round, because one has blocked the other.</summary>
    public IReadOnlySet<Guid> ApartFrom(Guid userId)
    {
        lock (gate)
            return people.TryGetValue(userId, out var person) ? person.Apart : [];
    }

    /// <summary>Whether the device says that nobody is at it.</summary>
    public bool IsIdle(Connection connection)
    {
        lock (gate)
            return people.TryGetValue(connection.UserId, out var person) && person.Find(connection) is { IsIdle: true };
    }

    /// <summary>A device came. The result is the number of the question to the database that must follow.</summary>
    public int Enter(Connection connection)
    {
        lock (gate)
        {
            var person = Place(connection.UserId);
            StopGrace(person);
            person.Devices.Add(new Device(connection));
            ChangedHere?.Invoke(person.Id, false);
            return ++person.Asked;
        }
    }

    /// <summary>The number of a new question about somebody on the board; null for anybody else.</summary>
    public int? Ask(Guid userId)
    {
        lock (gate)
            return people.TryGetValue(userId, out var person) ? ++person.Asked : null;
    }

    /// <summary>The device that came is known now: others are told of it, and it is told of the others.</summary>
    public void Arrive(Connection connection, PresenceFacts facts, int question)
    {
        lock (gate)
        {
            if (!people.TryGetValue(connection.UserId, out var person) || person.Find(connection) is null)
                return;
            Apply(person, facts, question);
            if (circles.WhoIsThereFor(person) is { } there)
                connection.Send(there);
            TellOthers(person);
            TellSelf(person, except: connection);
            if (person.ToSelf is not PresenceStatus.Online)
                connection.Send(Wire.Of(new PresenceUpdateFrame(person.Id, person.ToSelf)));
        }
    }

    /// <summary>Somebody's communities, blocks or choice may have changed, or the database was asked of them first.</summary>
    public void Learn(PresenceFacts facts, int question)
    {
        lock (gate)
        {
            if (!people.TryGetValue(facts.UserId, out var person))
                return;
            Apply(person, facts, question);
            TellSelf(person, except: null);
            TellOthers(person);
        }
    }

    /// <summary>What the choice for all devices becomes by a device's word.</summary>
    /// <returns>Null when the device is gone.</returns>
    public (PresenceStatus? Before, PresenceStatus? After)? Weigh(Connection connection, PresenceStatus status)
    {
        lock (gate)
        {
            return people.GetValueOrDefault(connection.UserId) is { } person && person.Find(connection) is { } device
                ? (person.Chosen, PresenceRules.Choose(person.Chosen, device.Said, status))
                : null;
        }
    }

    /// <summary>A device said how its user is; others hear of it soon, of many words only the last.</summary>
    /// <param name="connection">The device.</param>
    /// <param name="status">What it said.</param>
    /// <param name="choice">What is chosen for all devices, and whether this was stored just now.</param>
    public void Update(Connection connection, PresenceStatus status, (PresenceStatus? Chosen, bool IsNew) choice)
    {
        lock (gate)
        {
            if (
                people.GetValueOrDefault(connection.UserId) is not { } person
                || person.Find(connection) is not { } device
            )
                return;
            device.Said = status;
            device.IsIdle = status is PresenceStatus.Idle;
            if (choice.IsNew)
            {
                person.Chosen = choice.Chosen;
                person.ChosenAt = ++person.Asked;
            }
            ChangedHere?.Invoke(person.Id, choice.IsNew);
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
            if (
                people.GetValueOrDefault(connection.UserId) is not { } person
                || person.Find(connection) is not { } device
            )
                return;
            person.Devices.Remove(device);
            person.LastSession = connection.SessionId;
            if (person.Devices.Count == 0 && !isForGood && person.Told is not PresenceStatus.Offline)
                Hold(person, device.IsIdle ? DeviceState.Idle : DeviceState.Active, isHere: true);
            ChangedHere?.Invoke(person.Id, false);
            Settle(person);
        }
    }

    /// <summary>A login has ended: nobody waits for its device to come back.</summary>
    public void EndGrace(Guid userId, Guid? session)
    {
        lock (gate)
        {
            if (
                people.TryGetValue(userId, out var person)
                && person.Grace is not null
                && (session is null || session == person.LastSession)
            )
                EndGrace(person);
        }
    }

    private PresentUser Place(Guid userId) =>
        people.TryGetValue(userId, out var person) ? person : people[userId] = new PresentUser(userId);

    private void Hold(PresentUser person, DeviceState state, bool isHere)
    {
        (person.Held, person.IsHeldHere) = (state, isHere);
        ITimer? grace = null;
        grace = clock.CreateTimer(
            _ =>
            {
                lock (gate)
                {
                    if (person.Grace == grace && grace is not null)
                        EndGrace(person);
                }
            },
            null,
            options.Grace,
            Timeout.InfiniteTimeSpan
        );
        person.Grace = grace;
    }

    private void EndGrace(PresentUser person)
    {
        StopGrace(person);
        ChangedHere?.Invoke(person.Id, false);
        Settle(person);
    }

    private static void StopGrace(PresentUser person)
    {
        person.Grace?.Dispose();
        person.Grace = null;
    }

    /// <summary>Devices came or went: whoever is concerned is told.</summary>
    private void Settle(PresentUser person)
    {
        TellSelf(person, except: null);
        TellOthers(person);
        if (!person.IsThere && !changed.Contains(person))
            Remove(person);
    }

    private void Remove(PresentUser person)
    {
        people.Remove(person.Id);
        circles.Move(person, []);
    }

    private async Task UpdateLaterAsync(PresentUser person, TimeSpan wait)
    {
        await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, clock);
        lock (gate)
        {
            person.IsUpdateDue = false;
            if (!person.IsThere)
                return;
            person.UpdatedAt = clock.GetTimestamp();
            TellOthers(person);
        }
    }
}
