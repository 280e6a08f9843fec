using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using Chatalot.Features.Gateway;
using Chatalot.Features.Users;
using Chatalot.Shared.Realtime;
using Npgsql;

namespace Chatalot.Features.Messages;

/// <summary>
/// Which connected people have blocked whom, so that no channel brings them what they do not want to read (contract,
/// messages.md B 20). Known for people with a socket only, and by sender: telling a message costs one look into a table
/// that is mostly empty.
/// </summary>
public sealed class MutedSenders : ISocketObserver, IDisposable
{
    private readonly BlockDirectory blocks;
    private readonly Connections connections;
    private readonly Lock gate = new();
    private readonly Dictionary<Guid, Listener> listeners = [];
    private readonly ConcurrentDictionary<Guid, ImmutableHashSet<Guid>> blockers = new();

    /// <summary>Starts to listen for changes.</summary>
    public MutedSenders(BlockDirectory blocks, Connections connections)
    {
        (this.blocks, this.connections) = (blocks, connections);
        blocks.Changed += OnChangedAsync;
    }

    /// <summary>Whether this person hears nothing of the sender.</summary>
    public bool IsMutedFor(Guid userId, Guid? senderId) =>
        senderId is { } id && blockers.TryGetValue(id, out var some) && some.Contains(userId);

    /// <summary>Sockets of people who hear nothing of the sender.</summary>
    public IEnumerable<Connection> DevicesOfBlockers(Guid? senderId) =>
        senderId is { } id && blockers.TryGetValue(id, out var some) ? some.SelectMany(connections.Of) : [];

    /// <inheritdoc/>
    public async ValueTask ArrivedAsync(SocketSession session, CancellationToken ct)
    {
        var userId = session.Caller.UserId;
        lock (gate)
        {
            if (!listeners.TryGetValue(userId, out var listener))
                listeners[userId] = listener = new Listener();
            listener.Devices.Add(session.Connection);
        }
        await LearnAsync(userId, ct);
    }

    /// <inheritdoc/>
    public ValueTask LeftAsync(SocketSession session)
    {
        var userId = session.Caller.UserId;
        lock (gate)
        {
            // A socket that failed before it was seen here leaves without having come.
            if (
                listeners.TryGetValue(userId, out var listener)
                && listener.Devices.Remove(session.Connection)
                && listener.Devices.Count == 0
            )
            {
                Apply(userId, listener, FrozenSet<Guid>.Empty);
                listeners.Remove(userId);
            }
        }
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose() => blocks.Changed -= OnChangedAsync;

    private async Task OnChangedAsync(Guid? userId)
    {
        Guid[] changed;
        lock (gate)
            changed = userId is { } id ? [id] : [.. listeners.Keys];
        try
        {
            foreach (var listener in changed)
                await LearnAsync(listener, CancellationToken.None);
        }
        catch (NpgsqlException)
        {
            // Then what was known holds on, until the signals come back with the database and everything is asked anew.
        }
    }

    private async ValueTask LearnAsync(Guid userId, CancellationToken ct)
    {
        Listener? listener;
        int question;
        lock (gate)
        {
            if (!listeners.TryGetValue(userId, out listener))
                return;
            question = ++listener.Asked;
        }
        var blocked = await blocks.OfAsync(userId, ct);
        lock (gate)
        {
            // Answers may overtake each other: the one to the last question counts, and none that was asked for
            // somebody who has left and come again meanwhile.
            if (listeners.GetValueOrDefault(userId) != listener || question < listener.Answered)
                return;
            listener.Answered = question;
            Apply(userId, listener, blocked);
        }
    }

    private void Apply(Guid userId, Listener listener, FrozenSet<Guid> blocked)
    {
        foreach (var senderId in blocked.Except(listener.Blocked))
            blockers[senderId] = blockers.GetValueOrDefault(senderId, []).Add(userId);
        foreach (var senderId in listener.Blocked.Except(blocked))
        {
            var others = blockers[senderId].Remove(userId);
            if (others.IsEmpty)
                blockers.TryRemove(senderId, out _);
            else
                blockers[senderId] = others;
        }
        listener.Blocked = blocked;
    }

    private sealed class Listener
    {
        public HashSet<Connection> Devices { get; } = [];
        public int Asked { get; set; }
        public int Answered { get; set; }
        public FrozenSet<Guid> Blocked { get; set; } = [];
    }
}
