using Chatalot.Shared.Realtime;

namespace Chatalot.Features.Voice;

/// <summary>A call at one moment.</summary>
/// <param name="Call">Which.</param>
/// <param name="Participants">Who is in it, in the order of joining.</param>
internal sealed record RunningCall(Call Call, IReadOnlyList<Participant> Participants);

/// <summary>Somebody in a call at one moment.</summary>
/// <param name="Seat">Their place: another one after they have left and come again.</param>
/// <param name="Device">Their socket.</param>
/// <param name="SfuAsks">How often it asked for the SFU; 0: it does not want it.</param>
internal sealed record Participant(Seat<Connection> Seat, Connection Device, int SfuAsks);
