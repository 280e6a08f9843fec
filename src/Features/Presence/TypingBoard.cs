using Chatalot.Features.Frames;
using Chatalot.Features.Gateway;
using Chatalot.Features.Messages;
using Chatalot.Shared.Realtime;

namespace Chatalot.Features.Presence;

/// <summary>
/// Who types where (contract, realtime.md 8 with its corrections B6, F5, F6): by device, so that one that stops does
/// not stop another; told on changes, and again while it lasts because clients forget; never to the typist's own
/// devices nor to anybody of whom a block keeps them apart.
/// </summary>
internal sealed class TypingBoard(Rooms rooms, PresenceBoard presence, PresenceOptions options, TimeProvider clock)
    : ISocketObserver,
        IMessageObserver
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly Dictionary<(Guid ChannelId, Guid UserId), Typist> typists = [];

    /// <summary>A device says that its user types.</summary>
    public void Start(Connection device, Guid channelId)
    {
        lock (gate)
        {
            var key = (channelId, device.UserId);
            if (!typists.TryGetValue(key, out var typist))
            {
                typists[key] = typist = new Typist();
                if (typists.Count == 1)
                    _ = SweepAsync();
            }
            typist.Devices[device] = clock.GetTimestamp();
            if (typist.ToldAt is { } told && clock.GetElapsedTime(told) < options.TypingInterval)
                return;
            typist.ToldAt = clock.GetTimestamp();
            Tell(key, Wire.Of(new UserTypingFrame(channelId, device.UserId)));
        }
    }

    /// <summary>A device says that its user types no more.</summary>
    public void Stop(Connection device, Guid channelId)
    {
        lock (gate)
            Stop((channelId, device.UserId), device);
    }

    /// <inheritdoc/>
    public void Stored(NewMessage message)
    {
        if (message.Origin is { } device)
            Stop(device, message.ChannelId);
    }

    /// <inheritdoc/>
    public ValueTask LeftAsync(SocketSession session)
    {
        var device = session.Connection;
        lock (gate)
        {
            foreach (var key in typists.Keys.Where(key => key.UserId == device.UserId).ToList())
                Stop(key, device);
        }
        return ValueTask.CompletedTask;
    }

    private void Stop((Guid ChannelId, Guid UserId) key, Connection device)
    {
        if (!typists.TryGetValue(key, out var typist) || !typist.Devices.Remove(device) || typist.Devices.Count > 0)
            return;
        typists.Remove(key);
        Tell(key, Wire.Of(new UserStoppedTypingFrame(key.ChannelId, key.UserId)));
    }

    /// <summary>Runs while somebody types, and ends those of whom nothing more was heard.</summary>
    private async Task SweepAsync()
    {
        while (true)
        {
            await Task.Delay(SweepInterval, clock);
            lock (gate)
            {
                var silent =
                    from typist in typists
                    from device in typist.Value.Devices
                    where clock.GetElapsedTime(device.Value) >= options.TypingLasts
                    select (typist.Key, device.Key);
                foreach (var (key, device) in silent.ToList())
                    Stop(key, device);
                if (typists.Count == 0)
                    return;
            }
        }
    }

    private void Tell((Guid ChannelId, Guid UserId) key, OutgoingFrame frame)
    {
        var apart = presence.ApartFrom(key.UserId);
        rooms.Publish(
            key.ChannelId,
            frame,
            listener => listener.UserId != key.UserId && !apart.Contains(listener.UserId)
        );
    }

    private sealed class Typist
    {
        /// <summary>When each device was last heard of.</summary>
        public Dictionary<Connection, long> Devices { get; } = [];

        public long? ToldAt { get; set; }
    }
}
