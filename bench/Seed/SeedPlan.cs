namespace Chatalot.Bench.Seed;

/// <summary>How much is written, and the number that it all follows from.</summary>
internal sealed record SeedPlan(int Users, int Communities, int Groups, int Channels, int Messages, int Seed)
{
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>When the n-th of so many things happened, within half a year.</summary>
    public static DateTimeOffset TimeOf(long index, long count) =>
        Begin.AddSeconds(index * 15_552_000.0 / Math.Max(1, count));

    /// <summary>The id of the n-th thing of a kind: time-ordered, and the same for the same seed.</summary>
    public Guid IdOf(SeedKind kind, long index, DateTimeOffset time)
    {
        Span<byte> bytes = stackalloc byte[16];
        var random = new Random(HashCode(kind, index));
        random.NextBytes(bytes);
        var milliseconds = time.ToUnixTimeMilliseconds();
        for (var i = 0; i < 6; i++)
            bytes[i] = (byte)(milliseconds >> (40 - (8 * i)));
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x70);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    public Guid User(int index) => IdOf(SeedKind.User, index, TimeOf(index, Users));

    public Guid Community(int index) => IdOf(SeedKind.Community, index, TimeOf(index, Communities));

    public Guid Group(int index) => IdOf(SeedKind.Group, index, TimeOf(index, Groups));

    public Guid Channel(int index) => IdOf(SeedKind.Channel, index, TimeOf(index, Channels));

    /// <summary>Who is in a community: half of all in the first, a few hundred in each of the others.</summary>
    public IEnumerable<int> MembersOf(int community) =>
        community == 0
            ? Enumerable.Range(0, Users / 2)
            : Enumerable.Range(0, Math.Min(300, Users)).Select(i => ((community * 499) + i) % Users).Distinct();

    /// <summary>Not <see cref="System.HashCode"/>, which is another one in each process.</summary>
    private int HashCode(SeedKind kind, long index) =>
        unchecked((int)(((Seed * 1_000_003L) + (int)kind) * 1_000_003L + index));
}

/// <summary>What ids are for; part of what they are made from.</summary>
internal enum SeedKind
{
    User,
    Community,
    Group,
    Channel,
    Message,
}
