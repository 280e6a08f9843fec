using System.Runtime.InteropServices;

namespace Chatalot.Features.Channels;

/// <summary>
/// Standings that were read from the database, by channel and user, at most <c>capacity</c> of them. Only members are
/// remembered: asking for channels of others fills nothing. A standing that was read before a change is never
/// remembered after it: each shard counts its changes, a load takes the count before it reads and may add only while it
/// is the same.
/// </summary>
internal sealed class StandingCache
{
    private const int ShardCount = 32;

    private readonly Shard[] shards;

    public StandingCache(int capacity)
    {
        shards = new Shard[ShardCount];
        for (var i = 0; i < ShardCount; i++)
            shards[i] = new Shard(Math.Max(1, capacity / ShardCount));
    }

    /// <summary>How many standings are remembered now.</summary>
    public int Count => shards.Sum(shard => shard.Count);

    public ChannelStanding? Find(Guid channelId, Guid userId) => ShardOf(channelId).Find((channelId, userId));

    /// <summary>The count of changes, to be taken before the standing is read from the database.</summary>
    public long BeginLoad(Guid channelId) => ShardOf(channelId).Changes;

    /// <summary>Remembers a standing unless something changed since the load began.</summary>
    public void Add(Guid channelId, Guid userId, ChannelStanding standing, long changesBeforeLoad) =>
        ShardOf(channelId).Add((channelId, userId), standing, changesBeforeLoad);

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

    /// <summary>
    /// Two generations: when the young one is full it becomes the old one, and what nobody asked for since the last
    /// turn is gone. A hit in the old one moves up. That keeps what is in use within the bound, without a list of uses.
    /// </summary>
    private sealed class Shard(int capacity)
    {
        private readonly Lock gate = new();
        private readonly int generationCapacity = Math.Max(1, capacity / 2);
        private Dictionary<(Guid Channel, Guid User), ChannelStanding> young = [];
        private Dictionary<(Guid Channel, Guid User), ChannelStanding> old = [];
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
                if (young.TryGetValue(key, out var standing))
                    return standing;
                if (!old.Remove(key, out standing))
                    return null;
                AddYoung(key, standing);
                return standing;
            }
        }

        public void Add((Guid Channel, Guid User) key, ChannelStanding standing, long changesBeforeLoad)
        {
            lock (gate)
            {
                if (changes != changesBeforeLoad)
                    return;
                old.Remove(key);
                AddYoung(key, standing);
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

        private void AddYoung((Guid Channel, Guid User) key, ChannelStanding standing)
        {
            if (young.Count >= generationCapacity && !young.ContainsKey(key))
                (young, old) = ([], young);
            young[key] = standing;
        }

        private static void Forget(Dictionary<(Guid Channel, Guid User), ChannelStanding> known, AccessScope scope)
        {
            if (scope is { ChannelId: { } channelId, UserId: { } userId })
                known.Remove((channelId, userId));
            else
                foreach (var (key, standing) in known)
                    if (scope.Covers(standing.Channel, key.User))
                        known.Remove(key);
        }
    }
}
