using System.Collections.Concurrent;
using Chatalot.Features.Channels;
using Chatalot.Features.Spaces;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Chatalot.Features.Tests.Spaces;

public sealed class ChannelAccessTests
{
    private static readonly Guid Channel = Guid.CreateVersion7();
    private static readonly Guid User = Guid.CreateVersion7();

    private readonly Store store = new();
    private readonly Instance instance = new();
    private readonly ManualClock clock = new();

    [Fact]
    public async Task Given_a_member_When_asked_again_Then_the_answer_is_immediate_and_nothing_is_read()
    {
        var (access, _) = Process();
        store.Put(Channel, User, level: 1);
        (await access.FindAsync(Channel, User, default))!.Level.ShouldBe(1);

        var again = access.FindAsync(Channel, User, default);

        again.IsCompletedSuccessfully.ShouldBeTrue();
        (await again)!.Level.ShouldBe(1);
        store.Loads.ShouldBe(1);
    }

    [Fact]
    public async Task Given_a_stranger_Then_they_have_no_standing_and_fill_no_memory()
    {
        var cache = new StandingCache(1000, clock);
        var (access, _) = Process(cache);

        for (var i = 0; i < 10; i++)
            (await access.FindAsync(Guid.NewGuid(), User, default)).ShouldBeNull();

        cache.Count.ShouldBe(0);
    }

    [Theory]
    [InlineData(InstanceRole.None, 0)]
    [InlineData(InstanceRole.Admin, 4)]
    [InlineData(InstanceRole.Owner, 5)]
    [InlineData(null, null)]
    public async Task The_instance_role_counts_at_once(InstanceRole? role, int? level)
    {
        var (access, _) = Process();
        store.Put(Channel, User, level: 0);
        await access.FindAsync(Channel, User, default);

        instance.Role = role;

        ((await access.FindAsync(Channel, User, default))?.Level).ShouldBe(level);
    }

    [Fact]
    public async Task Given_a_direct_message_Then_the_instance_owner_is_a_member_like_the_other()
    {
        var (access, _) = Process();
        store.Put(Channel, User, level: 0, type: ChannelType.Dm);
        instance.Role = InstanceRole.Owner;

        (await access.FindAsync(Channel, User, default))!.Level.ShouldBe(0);
    }

    [Fact]
    public async Task Each_kind_of_change_is_seen_by_the_next_question_and_leaves_others_alone()
    {
        var (access, membership) = Process();
        var (group, community) = (Guid.NewGuid(), Guid.NewGuid());
        var other = Guid.NewGuid();
        var changes = new Func<Task>[]
        {
            () => membership.ChannelChangedAsync(Channel),
            () => membership.ChannelRoleChangedAsync(Channel, User),
            () => membership.GroupRoleChangedAsync(group, User),
            () => membership.CommunityRoleChangedAsync(community, User),
        };
        store.Put(other, User, level: 0);
        await access.FindAsync(other, User, default);
        var level = 0;
        foreach (var change in changes)
        {
            store.Put(Channel, User, level, group, community);
            (await access.FindAsync(Channel, User, default))!.Level.ShouldBe(level);
            store.Put(Channel, User, ++level, group, community);

            await change();

            (await access.FindAsync(Channel, User, default))!.Level.ShouldBe(level);
        }
        var loads = store.Loads;
        await access.FindAsync(other, User, default);
        store.Loads.ShouldBe(loads);
    }

    [Fact]
    public async Task Given_two_processes_When_membership_ends_in_one_Then_the_other_refuses_and_tells_its_sockets()
    {
        var network = new Network();
        var (here, membership) = Process(signals: network.Join());
        var (there, membershipThere) = Process(signals: network.Join());
        var told = new List<MembershipChange>();
        membershipThere.Changed += told.Add;
        var toldHere = 0;
        membership.Changed += _ => toldHere++;
        store.Put(Channel, User, level: 0);
        await here.FindAsync(Channel, User, default);
        await there.FindAsync(Channel, User, default);

        store.Remove(Channel, User);
        await membership.LostAsync([Channel], User);

        (await here.FindAsync(Channel, User, default)).ShouldBeNull();
        (await there.FindAsync(Channel, User, default)).ShouldBeNull();
        told.ShouldHaveSingleItem().Kind.ShouldBe(MembershipChangeKind.Lost);
        toldHere.ShouldBe(1);
        membershipThere.Losses.ShouldBe(1);
    }

    [Fact]
    public async Task Given_missed_signals_Then_nothing_remembered_is_believed()
    {
        var network = new Network();
        var (access, membership) = Process(signals: network.Join());
        var told = new List<MembershipChange>();
        membership.Changed += told.Add;
        store.Put(Channel, User, level: 0);
        await access.FindAsync(Channel, User, default);
        store.Remove(Channel, User);

        network.Interrupt();

        (await access.FindAsync(Channel, User, default)).ShouldBeNull();
        told.ShouldHaveSingleItem().Kind.ShouldBe(MembershipChangeKind.Unknown);
    }

    [Fact]
    public async Task Given_a_signal_that_never_came_Then_what_is_remembered_is_believed_for_a_minute_however_often_asked()
    {
        var (access, _) = Process();
        store.Put(Channel, User, level: 0);
        await access.FindAsync(Channel, User, default);
        store.Remove(Channel, User);

        clock.Advance(TimeSpan.FromSeconds(59));
        (await access.FindAsync(Channel, User, default)).ShouldNotBeNull();
        clock.Advance(TimeSpan.FromSeconds(1));

        (await access.FindAsync(Channel, User, default)).ShouldBeNull();
    }

    [Fact]
    public void Memory_stays_within_the_bound_and_keeps_what_is_in_use()
    {
        var cache = new StandingCache(6400, clock);
        var inUse = Guid.CreateVersion7();
        cache.Add(inUse, User, Store.Standing(inUse, 0), cache.BeginLoad(inUse));

        for (var i = 0; i < 50_000; i++)
        {
            var id = Guid.CreateVersion7();
            cache.Add(id, User, Store.Standing(id, 0), cache.BeginLoad(id));
            cache.Find(inUse, User).ShouldNotBeNull();
        }

        cache.Count.ShouldBeLessThanOrEqualTo(6400);
    }

    [Fact]
    public async Task Given_a_load_under_way_When_membership_ends_Then_its_answer_is_not_remembered()
    {
        var (access, membership) = Process();
        store.Put(Channel, User, level: 0);
        store.Hold = new TaskCompletionSource();
        var early = access.FindAsync(Channel, User, default).AsTask();

        store.Remove(Channel, User);
        await membership.LostAsync([Channel], User);
        store.Hold.SetResult();
        await early;

        (await access.FindAsync(Channel, User, default)).ShouldBeNull();
    }

    [Fact]
    public async Task Hunt_for_a_stale_allow()
    {
        var (access, membership) = Process();
        using var end = new CancellationTokenSource();
        store.IsSlow = true;
        var readers = Enumerable
            .Range(0, 4)
            .Select(_ =>
                Task.Run(async () =>
                {
                    while (!end.IsCancellationRequested)
                        await access.FindAsync(Channel, User, default);
                })
            )
            .ToList();

        for (var round = 0; round < 2_000; round++)
        {
            store.Put(Channel, User, level: 0);
            await membership.GainedAsync([Channel], User);
            (await access.FindAsync(Channel, User, default)).ShouldNotBeNull();

            store.Remove(Channel, User);
            await membership.LostAsync([Channel], User);
            for (var again = 0; again < 3; again++)
            {
                (await access.FindAsync(Channel, User, default)).ShouldBeNull($"round {round}");
                await Task.Yield();
            }
        }
        await end.CancelAsync();
        await Task.WhenAll(readers);
    }

    private (ChannelAccess Access, ChannelMembership Membership) Process(
        StandingCache? cache = null,
        IAccessSignals? signals = null
    )
    {
        var membership = new ChannelMembership(
            cache ?? new StandingCache(1000, clock),
            signals,
            NullLogger<ChannelMembership>.Instance
        );
        return (
            new ChannelAccess(membership, store, instance, NpgsqlDataSource.Create("Host=nowhere.invalid")),
            membership
        );
    }

    /// <summary>The truth, and a way to it that takes its time.</summary>
    private sealed class Store : IStandingSource
    {
        private readonly ConcurrentDictionary<(Guid, Guid), ChannelStanding> rows = new();
        private int loads;

        public int Loads => loads;
        public bool IsSlow { get; set; }
        public TaskCompletionSource? Hold { get; set; }

        public static ChannelStanding Standing(
            Guid channelId,
            int level,
            Guid? group = null,
            Guid? community = null,
            ChannelType type = ChannelType.Text
        ) => new(new ChannelState(channelId, type, group, community, false, false, 0, null), level);

        public void Put(
            Guid channelId,
            Guid userId,
            int level,
            Guid? group = null,
            Guid? community = null,
            ChannelType type = ChannelType.Text
        ) => rows[(channelId, userId)] = Standing(channelId, level, group, community, type);

        public void Remove(Guid channelId, Guid userId) => rows.TryRemove((channelId, userId), out _);

        public async Task<ChannelStanding?> LoadAsync(Guid channelId, Guid userId, CancellationToken ct)
        {
            Interlocked.Increment(ref loads);
            var read = rows.GetValueOrDefault((channelId, userId));
            if (Hold is { } hold)
                await hold.Task;
            for (var i = 0; IsSlow && i < Random.Shared.Next(4); i++)
                await Task.Yield();
            return read;
        }
    }

    private sealed class Instance : IInstanceRoles
    {
        public InstanceRole? Role { get; set; } = InstanceRole.None;

        public ValueTask<InstanceRole?> FindAsync(Guid userId, CancellationToken ct) => new(Role);
    }

    /// <summary>Every signal reaches every process, the sender too, as the database does it.</summary>
    private sealed class Network
    {
        private readonly List<(Action<string> OnSignal, Action OnMissed)> listeners = [];

        public IAccessSignals Join() => new Port(this);

        public void Interrupt() => listeners.ForEach(listener => listener.OnMissed());

        private sealed class Port(Network network) : IAccessSignals
        {
            public void Listen(Action<string> onSignal, Action onMissed) => network.listeners.Add((onSignal, onMissed));

            public Task SendAsync(string signal)
            {
                network.listeners.ForEach(listener => listener.OnSignal(signal));
                return Task.CompletedTask;
            }
        }
    }
}
