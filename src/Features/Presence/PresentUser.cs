using Chatalot.Features.Frames;
using Chatalot.Shared.Realtime;

namespace Chatalot.Features.Presence;

/// <summary>
/// Somebody who is connected here or to another process, or was until a moment ago. Touched under the lock of
/// <see cref="PresenceBoard"/>.
/// </summary>
internal sealed class PresentUser(Guid id)
{
    public Guid Id => id;

    /// <summary>The choice for all devices.</summary>
    public PresenceStatus? Chosen { get; set; }

    /// <summary>Answers of the database to older questions than this say nothing about the choice.</summary>
    public int ChosenAt { get; set; }

    public Guid[] Communities { get; set; } = [];

    /// <summary>Replaced as a whole, so that it can be read without the lock.</summary>
    public HashSet<Guid> Apart { get; set; } = [];

    public List<Device> Devices { get; } = new(1);

    /// <summary>What other processes say of their own devices of this person; null while none does.</summary>
    public Dictionary<Guid, DeviceState>? Elsewhere { get; set; }

    /// <summary>What others were told last.</summary>
    public PresenceStatus Told { get; set; } = PresenceStatus.Offline;

    /// <summary>What the user's own devices show; without a word it is online.</summary>
    public PresenceStatus ToldSelf { get; set; } = PresenceStatus.Online;

    /// <summary>The database was asked about this person.</summary>
    public bool IsKnown { get; set; }

    /// <summary>Counts the questions to the database; an answer to an older one than the last applied is forgotten.</summary>
    public int Asked { get; set; }

    public int Answered { get; set; }

    /// <summary>When others were last told of a change that a device asked for.</summary>
    public long? UpdatedAt { get; set; }

    /// <summary>A change waits for its turn.</summary>
    public bool IsUpdateDue { get; set; }

    /// <summary>Runs while the last device is away.</summary>
    public ITimer? Grace { get; set; }

    /// <summary>What is shown meanwhile.</summary>
    public DeviceState Held { get; set; }

    /// <summary>The device was one of this process, which alone says so to the others.</summary>
    public bool IsHeldHere { get; set; }

    /// <summary>The login of the device that was the last to leave.</summary>
    public Guid LastSession { get; set; }

    /// <summary>Somebody looks for this person's return, or a device is here or elsewhere.</summary>
    public bool IsThere => Devices.Count > 0 || Grace is not null || Elsewhere is not null;

    /// <summary>What this process says of its own devices.</summary>
    public DeviceState StateHere =>
        Devices.Count == 0 ? (Grace is not null && IsHeldHere ? Held : DeviceState.None)
        : Devices.Exists(device => !device.IsIdle) ? DeviceState.Active
        : DeviceState.Idle;

    public PresenceStatus ToOthers => PresenceRules.ToOthers(Chosen, IsThere ? 1 : 0, Active);

    public PresenceStatus ToSelf => PresenceRules.ToSelf(Chosen, Active);

    private int Active =>
        Devices.Count(device => !device.IsIdle)
        + (Grace is not null && Held is DeviceState.Active ? 1 : 0)
        + (Elsewhere?.Values.Count(state => state is DeviceState.Active) ?? 0);

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

/// <summary>What a process says of all its devices of one person; one that left a moment ago counts as it was.</summary>
internal enum DeviceState
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>Somebody is at one of them.</summary>
    Active,

    /// <summary>Nobody is at any of them.</summary>
    Idle,
}
