using System.Globalization;
using System.Text;

namespace Chatalot.Features.Presence;

/// <summary>What processes say to each other about presence.</summary>
internal enum PresenceSignalKind
{
    /// <summary>I am new, or missed something: tell me everything.</summary>
    Hello,

    /// <summary>A part of everybody who is at a device of mine.</summary>
    All,

    /// <summary>What has changed.</summary>
    Some,

    /// <summary>I live.</summary>
    Beat,

    /// <summary>I stop.</summary>
    Bye,
}

/// <summary>
/// One word of a process: its kind, its process, for a part of everybody which of how many, then people as 32 digits and a
/// letter: <c>a</c> active, <c>i</c> idle, <c>n</c> none, <c>c</c> for a choice that must be read again.
/// </summary>
internal sealed record PresenceSignal(PresenceSignalKind Kind, Guid Process)
{
    /// <summary>Keeps a word well below the 8000 bytes that a notification takes.</summary>
    private const int MostPeople = 230;

    private const string Letters = "nai";

    /// <summary>1 to <see cref="Parts"/>; 0 for words that have none.</summary>
    public int Part { get; private init; }

    public int Parts { get; private init; }

    public IReadOnlyList<(Guid UserId, DeviceState State)> States { get; private init; } = [];

    /// <summary>Those who chose something new for all devices.</summary>
    public IReadOnlyList<Guid> Chosen { get; private init; } = [];

    /// <summary>A whole picture, in parts; one even when nobody is there.</summary>
    public static IEnumerable<PresenceSignal> Everybody(Guid process, List<(Guid, DeviceState)> states)
    {
        var parts = Math.Max(1, (states.Count + MostPeople - 1) / MostPeople);
        for (var part = 1; part <= parts; part++)
            yield return new PresenceSignal(PresenceSignalKind.All, process)
            {
                Part = part,
                Parts = parts,
                States = [.. states.Skip((part - 1) * MostPeople).Take(MostPeople)],
            };
    }

    /// <summary>Changes, in as many words as they need; none for none.</summary>
    public static IEnumerable<PresenceSignal> Changes(
        Guid process,
        IEnumerable<(Guid, DeviceState)> states,
        IEnumerable<Guid> chosen
    ) =>
        states
            .Chunk(MostPeople)
            .Select(some => new PresenceSignal(PresenceSignalKind.Some, process) { States = some })
            .Concat(
                chosen
                    .Chunk(MostPeople)
                    .Select(some => new PresenceSignal(PresenceSignalKind.Some, process) { Chosen = some })
            );

    /// <summary>Null for what no process of this version says.</summary>
    public static PresenceSignal? TryParse(string text)
    {
        var words = text.Split(' ');
        if (
            words.Length < 3
            || !Enum.TryParse<PresenceSignalKind>(words[0], ignoreCase: true, out var kind)
            || !Guid.TryParseExact(words[1], "N", out var process)
            || words[2].Split('/') is not [var first, var last]
            || !int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var part)
            || !int.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var parts)
        )
            return null;
        var states = new List<(Guid, DeviceState)>();
        var chosen = new List<Guid>();
        foreach (var word in words.Skip(3))
        {
            if (word.Length != 33 || !Guid.TryParseExact(word[..32], "N", out var userId))
                return null;
            if (word[32] == 'c')
                chosen.Add(userId);
            else if (Letters.IndexOf(word[32]) is >= 0 and var state)
                states.Add((userId, (DeviceState)state));
            else
                return null;
        }
        return new PresenceSignal(kind, process)
        {
            Part = part,
            Parts = parts,
            States = states,
            Chosen = chosen,
        };
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder().Append(
            CultureInfo.InvariantCulture,
            $"{Kind.ToString().ToLowerInvariant()} {Process:N} {Part}/{Parts}"
        );
        foreach (var (userId, state) in States)
            text.Append(CultureInfo.InvariantCulture, $" {userId:N}").Append(Letters[(int)state]);
        foreach (var userId in Chosen)
            text.Append(CultureInfo.InvariantCulture, $" {userId:N}c");
        return text.ToString();
    }
}
