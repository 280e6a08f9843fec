using Chatalot.Features.Frames;
using Chatalot.Features.Voice.Sfu;
using Chatalot.Shared.Realtime;

namespace Chatalot.Features.Voice;

/// <summary>
/// What the people of a channel hear of its call, in the order that they rely on. The caller holds the lock of the
/// calls.
/// </summary>
internal sealed class CallNews(Rooms rooms)
{
    private readonly SfuFeeds feeds = new();

    /// <summary>Channels that had a call lately: whoever comes back to one must hear that it is over.</summary>
    private readonly HashSet<Guid> known = [];

    public bool IsKnown(Guid channelId) => known.Contains(channelId);

    /// <summary>Who came or went first, then the new list: the order in which clients play their sounds.</summary>
    public void Tell(CallChange<Connection> change, Guid? by)
    {
        var (seat, channelId) = (change.Seat, change.Seat.Call.ChannelId);
        known.Add(channelId);
        switch (change.Kind)
        {
            case CallChangeKind.Joined:
                rooms.Publish(channelId, Wire.Of(new UserJoinedVoiceFrame(channelId, seat.UserId)));
                break;
            case CallChangeKind.Displaced:
                // The device hangs up on it; its own leaving, which follows, finds no place any more.
                seat.Device.Send(Wire.Of(new KickedFromVoiceFrame(channelId, seat.UserId, by ?? seat.UserId)));
                goto case CallChangeKind.Left;
            case CallChangeKind.Left:
                feeds.Forget(channelId, seat.UserId, isOver: change.Participants.Count == 0);
                rooms.Publish(channelId, Wire.Of(new UserLeftVoiceFrame(channelId, seat.UserId)));
                break;
        }
        rooms.Publish(channelId, State(channelId, change.Participants));
    }

    /// <summary>
    /// Somebody is being put out; the person concerned hears it even without listening to the channel.
    /// </summary>
    public void TellKicked(Seat<Connection> seat, Guid by)
    {
        var channelId = seat.Call.ChannelId;
        var kicked = Wire.Of(new KickedFromVoiceFrame(channelId, seat.UserId, by));
        rooms.Publish(channelId, kicked);
        if (!IsSubscribed(seat.Device, channelId))
            seat.Device.Send(kicked);
    }

    /// <summary>Who is at the SFU, if that is news.</summary>
    public void TellFeeds(Guid channelId, IReadOnlyList<SfuFeed> present, IReadOnlyList<Guid> participants)
    {
        if (feeds.Set(channelId, present))
            rooms.Publish(channelId, State(channelId, participants));
    }

    /// <summary>There was a call before this process began: who listens already is told how it is now.</summary>
    public void Remember(Guid channelId, IReadOnlyList<Guid> participants)
    {
        if (known.Add(channelId))
            rooms.Publish(channelId, State(channelId, participants));
    }

    /// <summary>The channel is gone.</summary>
    public void Forget(Guid channelId) => known.Remove(channelId);

    public void SendState(Connection socket, Guid channelId, IReadOnlyList<Guid> participants) =>
        socket.Send(State(channelId, participants));

    public static bool IsSubscribed(Connection socket, Guid channelId) => Rooms.Of(socket).Contains(channelId);

    private OutgoingFrame State(Guid channelId, IReadOnlyList<Guid> participants) =>
        Wire.Of(new VoiceStateUpdateFrame(channelId, participants, feeds.Of(channelId)));
}
