using System.Collections.Concurrent;

namespace Chatalot.Shared.Realtime;

/// <summary>
/// Who listens to what. A room is any id that frames are published to; a connection enters rooms and leaves them, and
/// leaves all of them at its end. Entering, leaving and publishing to one room happen one after the other, so that
/// everybody in it sees the same order and nobody who has left sees a later frame.
/// </summary>
public sealed class Rooms(RealtimeOptions options)
{
    private readonly ConcurrentDictionary<Guid, Room> rooms = new();

    /// <summary>Rooms that exist, empty ones included until <see cref="RemoveIdle"/>.</summary>
    public int Count => rooms.Count;

    /// <summary>Puts the connection into the room.</summary>
    /// <returns>True when it entered; false when it was there already or is in too many rooms.</returns>
    public bool Enter(Guid roomId, Connection connection)
    {
        while (true)
        {
            var room = rooms.GetOrAdd(roomId, static id => new Room(id));
            lock (connection.EnteredRooms)
            {
                if (connection.EnteredRooms.Count >= options.RoomsPerSocket || connection.EnteredRooms.Contains(room))
                    return false;
                if (connection.HasLeftAllRooms)
                    return false;
                if (!room.TryAdd(connection))
                    continue;
                return connection.EnteredRooms.Add(room);
            }
        }
    }

    /// <summary>Takes the connection out of the room.</summary>
    public void Leave(Guid roomId, Connection connection)
    {
        if (!rooms.TryGetValue(roomId, out var room))
            return;
        lock (connection.EnteredRooms)
        {
            if (connection.EnteredRooms.Remove(room))
                room.Remove(connection);
        }
    }

    /// <summary>Takes the connection out of every room.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="forGood">It must not enter any room again: it is over.</param>
    public static void LeaveAll(Connection connection, bool forGood)
    {
        lock (connection.EnteredRooms)
        {
            foreach (var room in connection.EnteredRooms)
                room.Remove(connection);
            connection.EnteredRooms.Clear();
            connection.HasLeftAllRooms |= forGood;
        }
    }

    /// <summary>Takes every connection of the user out of the room: the user has lost access to it.</summary>
    public void Evict(Guid roomId, Guid userId)
    {
        if (!rooms.TryGetValue(roomId, out var room))
            return;
        foreach (var connection in room.MembersOf(userId))
            Leave(roomId, connection);
    }

    /// <summary>Takes everybody out of the room: it is gone.</summary>
    public void EvictAll(Guid roomId)
    {
        if (!rooms.TryGetValue(roomId, out var room))
            return;
        foreach (var connection in room.MembersOf(userId: null))
            Leave(roomId, connection);
    }

    /// <summary>The rooms that the connection is in now.</summary>
    public static IReadOnlyList<Guid> Of(Connection connection)
    {
        lock (connection.EnteredRooms)
            return [.. connection.EnteredRooms.Select(room => room.Id)];
    }

    /// <summary>Queues the frame for everybody in the room but <paramref name="except"/>.</summary>
    public void Publish(Guid roomId, OutgoingFrame frame, Connection? except = null)
    {
        if (rooms.TryGetValue(roomId, out var room))
            room.Publish(frame, except);
    }

    /// <summary>
    /// Queues the frame for those in the room for whom this holds; it is asked under the room's lock.
    /// </summary>
    public void Publish(Guid roomId, OutgoingFrame frame, Func<Connection, bool> hears)
    {
        if (rooms.TryGetValue(roomId, out var room))
            room.Publish(frame, hears);
    }

    /// <summary>
    /// Queues the frame for everybody in the room; a connection that stands in <paramref name="instead"/> gets that
    /// frame in its place, or nothing where it is null.
    /// </summary>
    public void Publish(Guid roomId, OutgoingFrame frame, IReadOnlyDictionary<Connection, OutgoingFrame?> instead)
    {
        if (rooms.TryGetValue(roomId, out var room))
            room.Publish(frame, instead);
    }

    /// <summary>True when somebody is in the room.</summary>
    public bool IsOccupied(Guid roomId) => rooms.TryGetValue(roomId, out var room) && room.Count > 0;

    /// <summary>How many connections are in the room.</summary>
    public int CountIn(Guid roomId) => rooms.TryGetValue(roomId, out var room) ? room.Count : 0;

    /// <summary>Forgets empty rooms and returns how many there were.</summary>
    public int RemoveIdle()
    {
        var removed = 0;
        foreach (var (id, room) in rooms)
        {
            if (room.TryRetire() && rooms.TryRemove(new KeyValuePair<Guid, Room>(id, room)))
                removed++;
        }
        return removed;
    }
}

/// <summary>The connections that listen to one id.</summary>
internal sealed class Room(Guid id)
{
    private readonly Lock gate = new();
    private Connection[] members = [];
    private bool isRetired;

    public Guid Id { get; } = id;

    public int Count { get; private set; }

    /// <summary>False when the room was retired in the meantime: ask for a new one.</summary>
    public bool TryAdd(Connection connection)
    {
        lock (gate)
        {
            if (isRetired)
                return false;
            if (Count == members.Length)
                Array.Resize(ref members, Math.Max(4, members.Length * 2));
            members[Count++] = connection;
            return true;
        }
    }

    public void Remove(Connection connection)
    {
        lock (gate)
        {
            var index = Array.IndexOf(members, connection, 0, Count);
            if (index < 0)
                return;
            members[index] = members[--Count];
            members[Count] = null!;
        }
    }

    public bool TryRetire()
    {
        lock (gate)
        {
            if (Count == 0)
                isRetired = true;
            return isRetired;
        }
    }

    /// <summary>The user's connections in the room; everybody's for null.</summary>
    public List<Connection> MembersOf(Guid? userId)
    {
        lock (gate)
            return [.. members.Take(Count).Where(member => userId is null || member.UserId == userId)];
    }

    public void Publish(OutgoingFrame frame, Connection? except)
    {
        lock (gate)
        {
            foreach (var member in members.AsSpan(0, Count))
            {
                if (member != except)
                    member.Send(frame);
            }
        }
    }

    public void Publish(OutgoingFrame frame, Func<Connection, bool> hears)
    {
        lock (gate)
        {
            foreach (var member in members.AsSpan(0, Count))
            {
                if (hears(member))
                    member.Send(frame);
            }
        }
    }

    public void Publish(OutgoingFrame frame, IReadOnlyDictionary<Connection, OutgoingFrame?> instead)
    {
        lock (gate)
        {
            foreach (var member in members.AsSpan(0, Count))
            {
                if (!instead.TryGetValue(member, out var own))
                    member.Send(frame);
                else if (own is not null)
                    member.Send(own);
            }
        }
    }
}
