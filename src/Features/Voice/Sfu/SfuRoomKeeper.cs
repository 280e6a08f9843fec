using System.Collections.Concurrent;
using Chatalot.Features.Frames;

namespace Chatalot.Features.Voice.Sfu;

/// <summary>
/// Brings one room to what its call is: who may enter, who has to go, and who is shown as being there.
/// </summary>
internal sealed class SfuRoomKeeper(
    Calls calls,
    JanusConnection janus,
    VideoRooms plugin,
    SfuOptions options,
    TimeProvider clock,
    ConcurrentDictionary<long, SfuRoom> observers
)
{
    /// <summary>One pass.</summary>
    public async Task KeepAsync(SfuRoom room, IReadOnlyList<Participant> participants, CancellationToken ct)
    {
        try
        {
            if (room.Observer == 0)
                await OpenAsync(room, ct);
            await SeeOutAsync(room, participants, ct);
            await LetInAsync(room, participants, ct);
            if (room.TakeDirty())
                await ShowAsync(room, ct);
        }
        catch (JanusRefusalException gone) when (gone.Code is JanusRefusalException.NoSuchRoom)
        {
            // Somebody destroyed it at Janus. A new connection looks at all rooms, and is not opened without end.
            throw new IOException("a room is gone", gone);
        }
    }

    /// <summary>The call is over.</summary>
    public async Task EndAsync(SfuRoom room, CancellationToken ct)
    {
        observers.TryRemove(room.Observer, out _);
        if (room.IsMade)
            await plugin.DestroyAsync(room.Name, ct);
        if (room.Observer != 0)
            await janus.DetachAsync(room.Observer, ct);
    }

    /// <summary>
    /// Finds the room again after a lost line, or makes it; in a new room nobody is, and old tickets are worth nothing.
    /// </summary>
    private async Task OpenAsync(SfuRoom room, CancellationToken ct)
    {
        var observer = await janus.AttachAsync(ct);
        observers[observer] = room;
        if (!room.IsMade || !await IsBackAsync(room, observer, ct))
        {
            room.Renew();
            await plugin.CreateAsync(room, ct);
            await plugin.ObserveAsync(room, observer, ct);
            calls.ShowFeeds(room.Call, []);
        }
        room.MarkDirty();
        room.Observer = observer;
    }

    private async Task<bool> IsBackAsync(SfuRoom room, long observer, CancellationToken ct)
    {
        try
        {
            // Janus may not have noticed yet that the old line is gone.
            await plugin.KickAsync(room.Name, VideoRooms.Observer, ct);
            await plugin.ObserveAsync(room, observer, ct);
            return true;
        }
        catch (JanusRefusalException gone) when (gone.Code is JanusRefusalException.NoSuchRoom)
        {
            return false;
        }
    }

    private async Task SeeOutAsync(SfuRoom room, IReadOnlyList<Participant> participants, CancellationToken ct)
    {
        var entitled = participants.Where(person => person.SfuAsks > 0).Select(person => person.Seat).ToHashSet();
        var gone = room.Tickets.Where(ticket => !entitled.Contains(ticket.Key)).ToList();
        if (gone.Count == 0)
            return;
        await plugin.ForbidAsync(room, gone.Select(ticket => ticket.Value.Token), ct);
        foreach (var (seat, ticket) in gone)
        {
            await plugin.KickAsync(room.Name, ticket.Feed, ct);
            room.Tickets.Remove(seat);
        }
        room.MarkDirty();
    }

    private async Task LetInAsync(SfuRoom room, IReadOnlyList<Participant> participants, CancellationToken ct)
    {
        var asking = participants.Where(person => IsWaiting(room, person)).ToList();
        if (asking.Count == 0)
            return;
        var fresh = asking
            .Select(person => person.Seat)
            .Where(seat => !room.Tickets.TryGetValue(seat, out var own) || own.IsVoid)
            .ToDictionary(seat => seat, _ => new SfuTicket(VideoRooms.RandomText(), VideoRooms.RandomText()));
        if (fresh.Count > 0)
            await plugin.AllowAsync(room, fresh.Values.Select(ticket => ticket.Token), ct);
        // Only now: a ticket that Janus may not know of is none.
        foreach (var (seat, ticket) in fresh)
            room.Tickets[seat] = ticket;
        var apiToken = SfuToken.Sign(options.TokenSecret, clock.GetUtcNow() + options.TokenLifetime);
        foreach (var (seat, device, asks) in asking)
        {
            var ticket = room.Tickets[seat];
            ticket.AnsweredAsk = asks;
            device.Send(Wire.Of(FrameOf(room, ticket, apiToken)));
        }
    }

    private static bool IsWaiting(SfuRoom room, Participant person) =>
        person.SfuAsks > 0
        && (!room.Tickets.TryGetValue(person.Seat, out var ticket) || ticket.AnsweredAsk != person.SfuAsks);

    private VoiceSfuFrame FrameOf(SfuRoom room, SfuTicket ticket, string apiToken) =>
        new(
            room.Call.ChannelId,
            options.PublicUrl.OriginalString,
            apiToken,
            room.Name,
            room.Pin,
            ticket.Token,
            ticket.Feed
        );

    /// <summary>
    /// Tells the call who is in the room by Janus' own list. Whoever is in it under a name that nobody was given, goes.
    /// </summary>
    private async Task ShowAsync(SfuRoom room, CancellationToken ct)
    {
        var present = (await plugin.FeedsAsync(room.Name, ct)).ToHashSet(StringComparer.Ordinal);
        present.Remove(VideoRooms.Observer);
        var shown = new List<SfuFeed>();
        foreach (var (seat, ticket) in room.Tickets)
        {
            var isPresent = !ticket.IsVoid && present.Remove(ticket.Feed);
            if (isPresent)
                shown.Add(new SfuFeed(seat.UserId, ticket.Feed));
            else if (ticket.IsUsed && !ticket.IsVoid)
                await VoidAsync(room, ticket, ct);
            ticket.IsUsed |= isPresent;
        }
        foreach (var stranger in present)
            await plugin.KickAsync(room.Name, stranger, ct);
        calls.ShowFeeds(room.Call, shown);
    }

    /// <summary>Everybody in the call knows this feed by now and could take its place.</summary>
    private async Task VoidAsync(SfuRoom room, SfuTicket ticket, CancellationToken ct)
    {
        await plugin.ForbidAsync(room, [ticket.Token], ct);
        ticket.IsVoid = true;
    }
}
