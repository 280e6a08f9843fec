using System.Collections.Concurrent;

namespace Chatalot.Shared.Realtime;

/// <summary>The authenticated sockets of this process, by user. Knows who is reachable and how often.</summary>
public sealed class Connections(RealtimeOptions options)
{
    private readonly ConcurrentDictionary<Guid, List<Connection>> byUser = new();
    private readonly ConcurrentDictionary<long, Connection> all = new();

    /// <summary>Open, authenticated sockets.</summary>
    public int Count => all.Count;

    /// <summary>Users with at least one of them.</summary>
    public int Users => byUser.Count;

    /// <summary>Every open, authenticated socket; a moving picture.</summary>
    public IEnumerable<Connection> All => all.Values;

    /// <summary>Registers the socket as the user's. False when the user has as many as allowed.</summary>
    /// <param name="connection">The socket.</param>
    /// <param name="userId">Whose it is.</param>
    /// <param name="sessionId">The login behind it.</param>
    /// <param name="welcome">Goes out to it before anything that others send to the user.</param>
    public bool TryRegister(Connection connection, Guid userId, Guid sessionId, OutgoingFrame? welcome = null)
    {
        while (true)
        {
            var own = byUser.GetOrAdd(userId, static _ => new List<Connection>(1));
            lock (own)
            {
                // A list that was emptied and taken out while we waited for its lock is nobody's any more.
                if (!byUser.TryGetValue(userId, out var current) || current != own)
                    continue;
                if (options.SocketsPerUser > 0 && own.Count(c => !c.IsParked) >= options.SocketsPerUser)
                    return false;
                connection.UserId = userId;
                connection.SessionId = sessionId;
                if (welcome is not null)
                    connection.Send(welcome);
                own.Add(connection);
                all[connection.Number] = connection;
            }
            RealtimeMetrics.Sockets.Add(1);
            return true;
        }
    }

    /// <summary>Forgets the socket.</summary>
    /// <returns>True when it was the user's last one.</returns>
    public bool Unregister(Connection connection)
    {
        if (!all.TryRemove(connection.Number, out _) || !byUser.TryGetValue(connection.UserId, out var own))
            return false;
        RealtimeMetrics.Sockets.Add(-1);
        lock (own)
        {
            own.Remove(connection);
            if (own.Count > 0)
                return false;
            byUser.TryRemove(new KeyValuePair<Guid, List<Connection>>(connection.UserId, own));
            return true;
        }
    }

    /// <summary>The user's sockets now.</summary>
    public IReadOnlyList<Connection> Of(Guid userId)
    {
        if (!byUser.TryGetValue(userId, out var own))
            return [];
        lock (own)
            return [.. own];
    }

    /// <summary>Queues the frame for every socket of the user but <paramref name="except"/>.</summary>
    public void SendToUser(Guid userId, OutgoingFrame frame, Connection? except = null)
    {
        foreach (var connection in Of(userId))
        {
            if (connection != except)
                connection.Send(frame);
        }
    }
}
