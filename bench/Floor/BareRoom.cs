namespace Chatalot.Bench.Floor;

/// <summary>
/// The sockets of a channel. Grows in place, so that ten thousand joins are cheap; leaving makes a hole.
/// </summary>
internal sealed class BareRoom
{
    private readonly Lock _change = new();
    private BareConnection?[] _members = new BareConnection?[4];
    private int _count;

    public void Add(BareConnection connection)
    {
        lock (_change)
        {
            if (_count == _members.Length)
                Array.Resize(ref _members, _count * 2);
            _members[_count++] = connection;
        }
    }

    public void Remove(BareConnection connection)
    {
        lock (_change)
        {
            var at = Array.IndexOf(_members, connection);
            if (at >= 0)
                _members[at] = null;
        }
    }

    public void Broadcast(ReadOnlyMemory<byte> frame, BareConnection sender)
    {
        foreach (var member in _members)
            if (member is not null && member != sender)
                member.Post(frame);
    }
}
