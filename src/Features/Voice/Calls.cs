using Chatalot.Features.Channels;
using Chatalot.Features.Frames;
using Chatalot.Features.Gateway;
using Chatalot.Features.Voice.Sfu;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Realtime;
using Microsoft.Extensions.Logging;

namespace Chatalot.Features.Voice;

/// <summary>
/// The calls of this process (contract, realtime.md 11 with its corrections E1 to E11). Every change is made and told
/// under one lock, so everybody hears one order, and the list that a client heard last is the list. A place ends when
/// its user leaves, is put out, loses the membership, or stays away for longer than the grace after the socket ended.
/// </summary>
internal sealed partial class Calls(
    Rooms rooms,
    ChannelMembership membership,
    CallLog history,
    VoiceOptions options,
    CallSignal signal,
    TimeProvider clock,
    ILogger<Calls> logger
) : ISocketObserver
{
    private readonly Lock gate = new();
    private readonly CallBoard<Connection> board = new(options.MostParticipants);
    private readonly KickBlocks putOut = new(options.KickBlock);
    private readonly CallNews news = new(rooms);

    private Failure Full { get; } =
        new(403, "voice_full", $"voice channel is full (max {options.MostParticipants} participants)");

    /// <summary>
    /// The user's socket in the same call, if the sender's own socket takes part in one. Asks no lock.
    /// </summary>
    public Seat<Connection>? Peer(Connection sender, Guid targetId) => board.Peer(sender.UserId, sender, targetId);

    /// <summary>Whether the user is in the channel's call already, so that a join is a return.</summary>
    public bool Has(Guid userId, Guid channelId) => board.SeatOf(userId, channelId) is not null;

    /// <summary>
    /// Takes a place for the socket, or says why not. False when rights changed since
    /// <paramref name="changesBefore"/> was read, before the caller checked: check again.
    /// </summary>
    public bool TryJoin(Connection socket, JoinVoiceFrame frame, long changesBefore, out Failure? refusal)
    {
        var channelId = frame.ChannelId;
        refusal = null;
        lock (gate)
        {
            // A change from here on removes the place again, for it needs this lock.
            if (membership.StandingChanges != changesBefore)
                return false;
            var now = clock.GetUtcNow();
            if (putOut.Holds(channelId, socket.UserId, now))
                refusal = KickBlocks.Refusal;
            else if (board.IsFullFor(socket.UserId, channelId))
                refusal = Full;
            if (refusal is not null)
                return true;
            foreach (var change in board.Join(channelId, socket.UserId, socket, now, frame.Sfu))
                Tell(change, now);
            // A client that comes back joins before it subscribes.
            if (!CallNews.IsSubscribed(socket, channelId))
                news.SendState(socket, channelId, board.ParticipantsOf(channelId));
            LogJoined(socket.UserId, channelId);
            return true;
        }
    }

    /// <summary>
    /// Gives the socket's place up. Another socket of the same user has no say in it unless the first is gone.
    /// </summary>
    public void Leave(Connection socket, Guid channelId)
    {
        lock (gate)
        {
            if (board.SeatOf(socket.UserId, channelId) is { } seat && (seat.Device == socket || seat.IsAway))
                Tell(board.Leave(seat), clock.GetUtcNow());
        }
    }

    /// <summary>Puts somebody out who is in the call, and keeps them out for a moment.</summary>
    public void PutOutOf(Guid channelId, Guid userId, Guid by)
    {
        lock (gate)
        {
            if (board.SeatOf(userId, channelId) is not { } seat)
                return;
            var now = clock.GetUtcNow();
            putOut.Add(channelId, userId, now);
            news.TellKicked(seat, by);
            Tell(board.Leave(seat), now);
        }
    }

    /// <summary>The user is no member of the channel any more, or nobody is: the channel is gone.</summary>
    /// <param name="channelId">Where.</param>
    /// <param name="userId">Who; null for everybody.</param>
    /// <param name="by">Who removed them; null when they left.</param>
    public void Remove(Guid channelId, Guid? userId, Guid? by)
    {
        lock (gate)
        {
            foreach (var seat in board.SeatsOf(channelId))
            {
                if (userId is null || seat.UserId == userId)
                    Tell(board.Leave(seat, isDisplaced: true), clock.GetUtcNow(), by);
            }
            if (userId is null)
                news.Forget(channelId);
        }
    }

    /// <summary>All calls as they are now.</summary>
    public IReadOnlyList<RunningCall> Running()
    {
        lock (gate)
        {
            return
            [
                .. board.Running.Select(call => new RunningCall(
                    call.Call,
                    [.. call.Seats.Select(seat => new Participant(seat, seat.Device, seat.SfuAsks))]
                )),
            ];
        }
    }

    /// <summary>Tells the call who of it is at the SFU, if that is news and the call is still going on.</summary>
    public void ShowFeeds(Call call, IReadOnlyList<SfuFeed> present)
    {
        var channelId = call.ChannelId;
        lock (gate)
        {
            var seats = board.SeatsOf(channelId);
            if (seats.Count == 0 || seats[0].Call != call)
                return;
            var shown = present.Where(feed => seats.Any(seat => seat.UserId == feed.UserId)).ToList();
            news.TellFeeds(channelId, shown, board.ParticipantsOf(channelId));
        }
    }

    /// <summary>
    /// There were calls in these channels: who subscribes is told how it is now, and who has done so is told at once.
    /// </summary>
    public void Remember(IReadOnlyList<Guid> channelIds)
    {
        lock (gate)
        {
            foreach (var channelId in channelIds)
                news.Remember(channelId, board.ParticipantsOf(channelId));
        }
    }

    /// <summary>The server stops: everybody has left, and the history says so.</summary>
    public void EndAll()
    {
        lock (gate)
        {
            foreach (var seat in board.Seats)
                Tell(board.Leave(seat), clock.GetUtcNow());
        }
    }

    /// <inheritdoc/>
    public ValueTask SubscribedAsync(
        SocketSession session,
        IReadOnlyList<Guid> channelIds,
        SubscribeFrame frame,
        CancellationToken ct
    )
    {
        lock (gate)
        {
            foreach (var channelId in channelIds)
            {
                if (news.IsKnown(channelId))
                    news.SendState(session.Connection, channelId, board.ParticipantsOf(channelId));
            }
        }
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask LeftAsync(SocketSession session)
    {
        var socket = session.Connection;
        lock (gate)
        {
            if (board.Lose(socket.UserId, socket) is not { } seat)
                return ValueTask.CompletedTask;
            // Whose login has ended does not come back with it.
            if (socket.CloseReason == Failure.Unauthorized.Code)
                Tell(board.Leave(seat), clock.GetUtcNow());
            else
                _ = LeaveUnlessBackAsync(seat, seat.Absences);
        }
        return ValueTask.CompletedTask;
    }

    private async Task LeaveUnlessBackAsync(Seat<Connection> seat, int absence)
    {
        await Task.Delay(options.Grace, clock);
        lock (gate)
        {
            if (board.SeatOf(seat.UserId) != seat)
                return;
            if (seat.IsAway && seat.Absences == absence)
                Tell(board.Leave(seat), clock.GetUtcNow());
            else
                LogBack(seat.UserId);
        }
    }

    private void Tell(CallChange<Connection> change, DateTimeOffset now, Guid? by = null)
    {
        var seat = change.Seat;
        if (change.Kind is CallChangeKind.Joined)
            history.Joined(seat.Call, seat.UserId, seat.JoinedAt);
        else if (change.Kind is not CallChangeKind.Rejoined)
            history.Left(seat.Call, seat.UserId, seat.JoinedAt, now, isOver: change.Participants.Count == 0);
        news.Tell(change, by);
        signal.Set();
        VoiceMetrics.Show(board.CallCount, board.Seats.Count);
    }

    [LoggerMessage(
        EventName = "VoiceJoined",
        Level = LogLevel.Debug,
        Message = "User {UserId} joined the call in channel {ChannelId}"
    )]
    private partial void LogJoined(Guid userId, Guid channelId);

    [LoggerMessage(
        EventName = "VoiceCleanupSkipped",
        Level = LogLevel.Debug,
        Message = "Skipping voice cleanup: user {UserId} reconnected"
    )]
    private partial void LogBack(Guid userId);
}
