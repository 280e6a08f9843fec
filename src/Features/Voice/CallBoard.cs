using System.Collections.Concurrent;

namespace Chatalot.Features.Voice;

/// <summary>A running call.</summary>
/// <param name="Id">Of its history; never sent to clients of the call.</param>
/// <param name="ChannelId">Where.</param>
internal sealed record Call(Guid Id, Guid ChannelId);

/// <summary>Somebody's place in a call.</summary>
/// <typeparam name="TDevice">What the user takes part with: a socket.</typeparam>
internal sealed class Seat<TDevice>(Call call, Guid userId, TDevice device, DateTimeOffset joinedAt)
    where TDevice : class
{
    public Call Call => call;

    public Guid UserId => userId;

    public DateTimeOffset JoinedAt => joinedAt;

    /// <summary>Another one when the user came back after a lost line.</summary>
    public TDevice Device { get; internal set; } = device;

    /// <summary>The device is gone; the seat is kept for a while.</summary>
    public bool IsAway { get; internal set; }

    /// <summary>How often the device has gone: tells one absence from the next.</summary>
    public int Absences { get; internal set; }

    /// <summary>How often the device has asked for the SFU; 0: it does not want it, or its last join did not.</summary>
    public int SfuAsks { get; internal set; }
}

/// <summary>Kinds of <see cref="CallChange{TDevice}"/>.</summary>
internal enum CallChangeKind
{
    /// <summary>A new participant; the first one started the call.</summary>
    Joined,

    /// <summary>A participant is there again, with the same device or after a lost line.</summary>
    Rejoined,

    /// <summary>A participant is gone; the last one ended the call.</summary>
    Left,

    /// <summary>
    /// As <see cref="Left"/>, and the device that is still there does not know yet that it has to hang up.
    /// </summary>
    Displaced,
}

/// <summary>What changed, in order, for those who are told.</summary>
/// <param name="Kind">What.</param>
/// <param name="Seat">Whose place.</param>
/// <param name="Participants">Who is in the call after it, in the order of joining; empty: the call is over.</param>
internal sealed record CallChange<TDevice>(CallChangeKind Kind, Seat<TDevice> Seat, IReadOnlyList<Guid> Participants)
    where TDevice : class;

/// <summary>
/// Who is in which call, and by which device: one call a channel, one place a user. Changes are made one at a time (the
/// caller holds a lock); <see cref="Peer"/> may be asked meanwhile.
/// </summary>
internal sealed class CallBoard<TDevice>(int mostParticipants)
    where TDevice : class
{
    private readonly Dictionary<Guid, List<Seat<TDevice>>> calls = [];
    private readonly ConcurrentDictionary<Guid, Seat<TDevice>> seats = new();

    /// <summary>Running calls.</summary>
    public int CallCount => calls.Count;

    /// <summary>Everybody who is in a call.</summary>
    public IReadOnlyList<Seat<TDevice>> Seats => [.. seats.Values];

    /// <summary>Who is in the channel's call, in the order of joining; empty without a call.</summary>
    public IReadOnlyList<Guid> ParticipantsOf(Guid channelId) => [.. SeatsOf(channelId).Select(seat => seat.UserId)];

    /// <summary>The places in the channel's call.</summary>
    public IReadOnlyList<Seat<TDevice>> SeatsOf(Guid channelId) =>
        calls.TryGetValue(channelId, out var call) ? [.. call] : [];

    /// <summary>Every running call with its places.</summary>
    public IEnumerable<(Call Call, IReadOnlyList<Seat<TDevice>> Seats)> Running =>
        calls.Values.Select(call => (call[0].Call, (IReadOnlyList<Seat<TDevice>>)call));

    /// <summary>The user's place, wherever it is.</summary>
    public Seat<TDevice>? SeatOf(Guid userId) => seats.GetValueOrDefault(userId);

    /// <summary>The user's place in this channel's call.</summary>
    public Seat<TDevice>? SeatOf(Guid userId, Guid channelId) =>
        SeatOf(userId) is { } seat && seat.Call.ChannelId == channelId ? seat : null;

    /// <summary>True when the channel's call does not take this user any more.</summary>
    public bool IsFullFor(Guid userId, Guid channelId) =>
        calls.TryGetValue(channelId, out var call)
        && call.Count >= mostParticipants
        && SeatOf(userId, channelId) is null;

    /// <summary>
    /// Takes a place in the channel's call, which begins with it if there is none. A place in another call is given up;
    /// so is one by another device that is still there, for the others have to connect to the new one. After a lost
    /// line, or by the same device, the place is kept.
    /// </summary>
    /// <param name="channelId">Where.</param>
    /// <param name="userId">Who.</param>
    /// <param name="device">By what.</param>
    /// <param name="now">When.</param>
    /// <param name="asksForSfu">The device can use an SFU, and asks for what it needs to enter its room.</param>
    public IReadOnlyList<CallChange<TDevice>> Join(
        Guid channelId,
        Guid userId,
        TDevice device,
        DateTimeOffset now,
        bool asksForSfu = false
    )
    {
        if (SeatOf(userId) is not { } own)
            return [Enter(channelId, userId, device, now, asksForSfu)];
        var isOtherDevice = own.Device != device && !own.IsAway;
        if (own.Call.ChannelId != channelId || isOtherDevice)
            return [Leave(own, isOtherDevice), Enter(channelId, userId, device, now, asksForSfu)];
        own.Device = device;
        own.IsAway = false;
        own.SfuAsks = asksForSfu ? own.SfuAsks + 1 : 0;
        return [new(CallChangeKind.Rejoined, own, ParticipantsOf(channelId))];
    }

    /// <summary>Gives the place up.</summary>
    /// <param name="seat">A place that is taken.</param>
    /// <param name="isDisplaced">The device did not ask for it.</param>
    public CallChange<TDevice> Leave(Seat<TDevice> seat, bool isDisplaced = false)
    {
        var channelId = seat.Call.ChannelId;
        var call = calls[channelId];
        call.Remove(seat);
        if (call.Count == 0)
            calls.Remove(channelId);
        seats.TryRemove(seat.UserId, out _);
        return new(isDisplaced ? CallChangeKind.Displaced : CallChangeKind.Left, seat, ParticipantsOf(channelId));
    }

    /// <summary>The device is gone. The place of the user whom it belonged to, if it was by this device.</summary>
    public Seat<TDevice>? Lose(Guid userId, TDevice device)
    {
        if (SeatOf(userId) is not { } seat || seat.Device != device)
            return null;
        seat.IsAway = true;
        seat.Absences++;
        return seat;
    }

    /// <summary>
    /// The target's place, if both are in the same call and the sender takes part with this very device.
    /// </summary>
    public Seat<TDevice>? Peer(Guid senderId, TDevice device, Guid targetId) =>
        senderId != targetId
        && seats.TryGetValue(senderId, out var own)
        && own.Device == device
        && seats.TryGetValue(targetId, out var peer)
        && peer.Call == own.Call
            ? peer
            : null;

    private CallChange<TDevice> Enter(Guid channelId, Guid userId, TDevice device, DateTimeOffset now, bool asksForSfu)
    {
        if (!calls.TryGetValue(channelId, out var seated))
            calls.Add(channelId, seated = []);
        var call = seated.Count > 0 ? seated[0].Call : new Call(Guid.CreateVersion7(now), channelId);
        var seat = new Seat<TDevice>(call, userId, device, now) { SfuAsks = asksForSfu ? 1 : 0 };
        seated.Add(seat);
        seats[userId] = seat;
        return new(CallChangeKind.Joined, seat, ParticipantsOf(channelId));
    }
}
