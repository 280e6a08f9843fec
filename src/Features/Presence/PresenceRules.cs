using Chatalot.Features.Frames;

namespace Chatalot.Features.Presence;

/// <summary>
/// How somebody is shown: pure decisions (contract, realtime.md 6 with its corrections F1 and F2). <c>dnd</c> and
/// <c>invisible</c> are chosen for all devices; online and idle belong to the device.
/// </summary>
internal static class PresenceRules
{
    /// <summary>What others see of somebody with these devices.</summary>
    /// <param name="chosen">What the user chose for all devices, if anything.</param>
    /// <param name="devices">How many there are.</param>
    /// <param name="active">How many of them are in use.</param>
    public static PresenceStatus ToOthers(PresenceStatus? chosen, int devices, int active) =>
        devices == 0 || chosen is PresenceStatus.Invisible ? PresenceStatus.Offline : ToSelf(chosen, active);

    /// <summary>What the user's own devices show.</summary>
    public static PresenceStatus ToSelf(PresenceStatus? chosen, int active) =>
        chosen ?? (active > 0 ? PresenceStatus.Online : PresenceStatus.Idle);

    /// <summary>What a device's word makes of the choice for all devices; the last word wins.</summary>
    /// <param name="chosen">The choice until now.</param>
    /// <param name="before">What this device said before, if anything.</param>
    /// <param name="now">What it says.</param>
    /// <remarks>
    /// Devices say idle and online by themselves when nobody touches them and when somebody does again. Such a word of
    /// a forgotten tab does not undo what was chosen elsewhere.
    /// </remarks>
    public static PresenceStatus? Choose(PresenceStatus? chosen, PresenceStatus? before, PresenceStatus now) =>
        now switch
        {
            PresenceStatus.Dnd => PresenceStatus.Dnd,
            PresenceStatus.Invisible or PresenceStatus.Offline => PresenceStatus.Invisible,
            PresenceStatus.Idle when before is null or PresenceStatus.Online or PresenceStatus.Idle => chosen,
            PresenceStatus.Online when before is PresenceStatus.Idle => chosen,
            _ => null,
        };
}
