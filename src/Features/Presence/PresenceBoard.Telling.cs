using Chatalot.Features.Frames;
using Chatalot.Shared.Realtime;

namespace Chatalot.Features.Presence;

/// <summary>Who is told of what, and who comes into sight.</summary>
internal sealed partial class PresenceBoard
{
    /// <summary>
    /// At once, while few have to hear of it. Otherwise changes gather, and one pass later tells each listener of all of
    /// them: when thousands come back together, each pair of them would cost a frame.
    /// </summary>
    private void TellOthers(PresentUser person)
    {
        if (!person.IsKnown || person.ToOthers == person.Told)
            return;
        changed.Add(person);
        if (isPassDue)
            return;
        var wait = budget.Wait;
        if (wait == TimeSpan.Zero)
        {
            Pass();
            return;
        }
        isPassDue = true;
        _ = PassLaterAsync(wait);
    }

    private async Task PassLaterAsync(TimeSpan wait)
    {
        await Task.Delay(wait, clock);
        lock (gate)
        {
            isPassDue = false;
            Pass();
        }
    }

    private void Pass()
    {
        Passes++;
        budget.Spend(circles.Tell(changed));
        foreach (var person in changed.Where(person => !person.IsThere))
            Remove(person);
        changed.Clear();
    }

    private static void TellSelf(PresentUser person, Connection? except)
    {
        if (person.ToSelf == person.ToldSelf || person.Devices.Count == 0)
            return;
        person.ToldSelf = person.ToSelf;
        var frame = Wire.Of(new PresenceUpdateFrame(person.Id, person.ToSelf));
        foreach (var device in person.Devices.Where(device => device.Connection != except))
            device.Connection.Send(frame);
    }

    /// <summary>Takes in what the database said. Who comes into sight by it is shown, who goes out of it is offline.</summary>
    private void Apply(PresentUser person, PresenceFacts facts, int question)
    {
        if (question < person.Answered)
            return;
        person.Answered = question;
        if (question > person.ChosenAt)
            person.Chosen = facts.Chosen;
        var wasKnown = person.IsKnown;
        person.IsKnown = true;
        if (
            wasKnown
            && person.Apart.SetEquals(facts.Apart)
            && person.Communities.ToHashSet().SetEquals(facts.Communities)
        )
            return;
        var before = wasKnown ? circles.MatesOf(person).ToHashSet() : null;
        circles.Move(person, facts.Communities);
        Part(person, facts.Apart);
        if (before is null)
            return;
        var after = circles.MatesOf(person).ToHashSet();
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
                PresenceCircles.Send(
                    by,
                    Wire.Of(new PresenceUpdateFrame(seen.Id, isInSight ? seen.Told : PresenceStatus.Offline))
                );
        }
    }

    /// <summary>Being apart is mutual, so the others' sets follow.</summary>
    private void Part(PresentUser person, HashSet<Guid> from)
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
