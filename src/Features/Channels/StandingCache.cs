using System.Runtime.InteropServices;

namespace Chatalot.Features.Channels;

/// <summary>
/// Standings that were read from the database, by channel and user, at most <c>capacity</c> of them. Only members are
/// remembered: asking for channels of others fills nothing. A standing that was read before a change is never
/// remembered after it: each shard counts its changes, a load takes the count before it reads and may add only while it
/// is the same. Nothing is remembered for more than a minute: the signal that tells other processes of a change is sent
/// after its commit, and a process that dies or loses the database in between sends none.
/// </summary>
internal sealed class StandingCache
{
    private const int ShardCount = 32;
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(1);

    private readonly TimeProvider clock;
    private readonly Shard[] shards;

    public StandingCache(int capacity, TimeProvider clock)
    {
        this.clock = clock;
        shards = new Shard[ShardCount];
        for (var i = 0; i < ShardCount; i++)
            shards[i] = new Shard(Math.Max(1, capacity / ShardCount), clock);
    }

    /// <summary>How many standings are remembered now.</summary>
    public int Count => shards.Sum(shard => shard.Count);

    public ChannelStanding? Find(Guid channelId, Guid userId) => ShardOf(channelId).Find((channelId, userId));

    /// <summary>To be called before the standing is read from the database.</summary>
    public Load BeginLoad(Guid channelId) => new(ShardOf(channelId).Changes, clock.GetTimestamp());

    /// <summary>Remembers a standing unless something changed since the load began.</summary>
    public void Add(Guid channelId, Guid userId, ChannelStanding standing, Load load) =>
        ShardOf(channelId).Add((channelId, userId), standing, load);

    /// <summary>Forgets what the change made untrue.</summary>
    public void Forget(AccessScope scope)
    {
        if (scope.ChannelId is { } channelId)
            ShardOf(channelId).Forget(scope);
        else
            foreach (var shard in shards)
                shard.Forget(scope);
    }

    /// <summary>Ids are random in their last bytes and time in their first.</summary>
    private Shard ShardOf(Guid channelId) =>
        shards[MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(ref channelId, 1))[15] % ShardCount];

    /// <summary>A standing that is being read.</summary>
    /// <param name="Changes">The count of changes before.</param>
    /// <param name="BegunAt">The clock's timestamp before.</param>
    public readonly record struct Load(long Changes, long BegunAt);

    private readonly record struct Entry(ChannelStanding Standing, long ReadAt);

    /// <summary>
    /// Two generations: when the young one is full it becomes the old one, and what nobody asked for since the last
    /// turn is gone. A hit in the old one moves up. That keeps what is in use within the bound, without a list of uses.
    /// </summary>
    private sealed class Shard(int capacity, TimeProvider clock)
    {
        private readonly Lock gate = new();
        private readonly int generationCapacity = Math.Max(1, capacity / 2);
        private Dictionary<(Guid Channel, Guid User), Entry> young = [];
        private Dictionary<(Guid Channel, Guid User), Entry> old = [];
        private long changes;

        public long Changes
        {
            get
            {
                lock (gate)
                    return changes;
            }
        }

        public int Count
        {
            get
            {
                lock (gate)
                    return young.Count + old.Count;
            }
        }

        public ChannelStanding? Find((Guid Channel, Guid User) key)
        {
            lock (gate)
            {
                var isYoung = young.TryGetValue(key, out var entry);
                if (!isYoung && !old.Remove(key, out entry))
                    return null;
                if (clock.GetElapsedTime(entry.ReadAt) >= MaxAge)
                {
                    young.Remove(key);
                    return null;
                }
                if (!isYoung)
                    AddYoung(key, entry);
                return entry.Standing;
            }
        }

        public void Add((Guid Channel, Guid User) key, ChannelStanding standing, Load load)
        {
            lock (gate)
            {
                if (changes != load.Changes)
                    return;
                old.Remove(key);
                AddYoung(key, new Entry(standing, load.BegunAt));
            }
        }

        public void Forget(AccessScope scope)
        {
            lock (gate)
            {
                changes++;
                Forget(young, scope);
                Forget(old, scope);
            }
        }

        private void AddYoung((Guid Channel, Guid User) key, Entry entry)
        {
            if (young.Count >= generationCapacity && !young.ContainsKey(key))
                (young, old) = ([], young);
            young[key] = entry;
        }

        private static void Forget(Dictionary<(Guid Channel, Guid User), Entry> known, AccessScope scope)
        {
            if (scope is { ChannelId: { } channelId, UserId: { } userId })
                known.Remove((channelId, userId));
            else
                foreach (var (key, entry) in known)
                    if (scope.Covers(entry.Standing.Channel, key.User))
                        known.Remove(key);
        }
    }
}
