namespace Chatalot.Bench.Load;

/// <summary>
/// The sockets of one channel, and what they must agree on at the end: the same messages in the same order.
/// </summary>
internal sealed class Room(int capacity)
{
    private readonly List<Member> _members = new(capacity);

    public IReadOnlyList<Member> Members => _members;

    public void Add(Member member) => _members.Add(member);

    public long Accepted => _members.Sum(member => member.Sender?.Accepted ?? 0);

    public long Duplicates => _members.Sum(member => member.Duplicates);

    /// <summary>Deliveries that are missing: each accepted message is due once at everybody but its sender.</summary>
    public long Lost => Math.Max(0, Accepted * (_members.Count - 1) - _members.Sum(member => member.Received));

    /// <summary>How many members saw another order than the room's reference member.</summary>
    public int OrderViolations()
    {
        var open = _members.Where(member => !member.IsClosed).ToList();
        var reference = open.Find(member => member is { Sender: null, Log: not null }) ?? open.FirstOrDefault();
        return reference is null ? 0 : open.Count(member => member != reference && !AgreesWith(reference, member));
    }

    // Nobody receives his own messages, so two members are compared on what neither of them sent.
    private static bool AgreesWith(Member reference, Member member)
    {
        if (member.Log is null)
            return member.OrderHash == reference.OrderHash;
        return WithoutMessagesOf(member, reference.Log!).SequenceEqual(WithoutMessagesOf(reference, member.Log));
    }

    private static IEnumerable<ulong> WithoutMessagesOf(Member member, List<ulong> log) =>
        log.Where(identity => member.Sender is not { } sender || (int)(identity >> 32) != sender.Index);
}
