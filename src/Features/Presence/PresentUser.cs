using Chatalot.Features.Frames;
using Chatalot.Shared.Realtime;

namespace Chatalot.Features.Presence;

/// <summary>
/// Somebody who is connected, or was until a moment ago. Touched under the lock of <see cref="PresenceBoard"/>.
/// </summary>
internal sealed class PresentUser(Guid id)
{
    public Guid Id => id;

    /// <summary>The choice for all devices.</summary>
    public PresenceStatus? Chosen { get; set; }

    public Guid[] Communities { get; set; } = [];

    /// <summary>Replaced as a whole, so that it can be read without the lock.</summary>
    public HashSet<Guid> Apart { get; set; } = [];

    public List<Device> Devices { get; } = new(1);

    /// <summary>What others were told last.</summary>
    public PresenceStatus Told { get; set; } = PresenceStatus.Offline;

    /// <summary>What the user's own devices show; without a word it is online.</summary>
    public PresenceStatus ToldSelf { get; set; } = PresenceStatus.Online;

    /// <summary>The database was asked about this person.</summary>
    public bool IsKnown { get; set; }

    /// <summary>
    /// Counts the questions to the database; an answer to an older one than the last applied is forgotten.
    /// </summary>
    public int Asked { get; set; }

    public int Answered { get; set; }

    /// <summary>When others were last told of a change that a device asked for.</summary>
    public long? UpdatedAt { get; set; }

    /// <summary>A change waits for its turn.</summary>
    public bool IsUpdateDue { get; set; }

    /// <summary>Runs while the last device is away.</summary>
    public ITimer? Grace { get; set; }

    /// <summary>The login of the device that was the last to leave.</summary>
    public Guid LastSession { get; set; }

    public int Active => Devices.Count(device => !device.IsIdle);

    public PresenceStatus ToOthers => PresenceRules.ToOthers(Chosen, Devices.Count, Active);

    public PresenceStatus ToSelf => PresenceRules.ToSelf(Chosen, Active);

    public Device? Find(Connection connection) => Devices.Find(device => device.Connection == connection);
}

/// <summary>One socket of somebody.</summary>
internal sealed class Device(Connection connection)
{
    public Connection Connection => connection;

    public bool IsIdle { get; set; }

    /// <summary>What its client said last, if anything.</summary>
    public PresenceStatus? Said { get; set; }
}
