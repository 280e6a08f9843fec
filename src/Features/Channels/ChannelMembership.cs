using Microsoft.Extensions.Logging;

namespace Chatalot.Features.Channels;

/// <summary>
/// The one place where a change of membership or rights in channels takes effect. Whoever changed rows or documents
/// calls it once the change is committed: remembered standings go first, then <see cref="Changed"/> tells this process
/// (sockets end their subscriptions), then a signal tells the other processes on the same database. None of it can be
/// cancelled.
/// </summary>
public sealed partial class ChannelMembership
{
    private readonly Guid origin = Guid.NewGuid();
    private readonly IAccessSignals? signals;
    private readonly ILogger<ChannelMembership> log;
    private long losses;
    private long standingChanges;

    internal ChannelMembership(StandingCache standings, IAccessSignals? signals, ILogger<ChannelMembership> log)
    {
        Standings = standings;
        this.signals = signals;
        this.log = log;
        signals?.Listen(Receive, ReceiveMissed);
    }

    /// <summary>
    /// Raised after each change, on the thread that made it; <see cref="ChannelAccess"/> already answers for the time
    /// after the change. Handlers must be quick and must not throw.
    /// </summary>
    public event Action<MembershipChange>? Changed;

    /// <summary>
    /// Raised, as <see cref="Changed"/> is, when settings, roles or timeouts changed: members may do less or more than
    /// before.
    /// </summary>
    internal event Action<AccessScope>? StandingChanged;

    /// <summary>What is remembered; forgotten here before anybody is told.</summary>
    internal StandingCache Standings { get; }

    /// <summary>
    /// Grows with every loss of membership. Who asks <see cref="ChannelAccess.MemberOfAsync"/> and then subscribes
    /// takes this before and compares after: when it grew, a loss may have fallen between the two and must be looked
    /// for again.
    /// </summary>
    public long Losses => Interlocked.Read(ref losses);

    /// <summary>
    /// Grows with <see cref="Losses"/> and with every change of standing: the same for whoever asks what a member may
    /// do and then lets it last.
    /// </summary>
    public long StandingChanges => Interlocked.Read(ref standingChanges);

    /// <summary>This person became a member of these channels.</summary>
    public Task GainedAsync(IReadOnlyCollection<Guid> channelIds, Guid userId) =>
        AnnounceAsync(new MembershipChange(MembershipChangeKind.Gained, channelIds, userId));

    /// <summary>Many people became members of these channels at once.</summary>
    public Task GainedByManyAsync(IReadOnlyCollection<Guid> channelIds) =>
        AnnounceAsync(new MembershipChange(MembershipChangeKind.Gained, channelIds, UserId: null));

    /// <summary>This person is no longer a member of these channels: left, or the account is gone.</summary>
    public Task LostAsync(IReadOnlyCollection<Guid> channelIds, Guid userId) =>
        AnnounceAsync(new MembershipChange(MembershipChangeKind.Lost, channelIds, userId));

    /// <summary>
    /// This person was put out of these channels by somebody else: kicked or banned, there or in what they belong to.
    /// </summary>
    public Task RemovedAsync(IReadOnlyCollection<Guid> channelIds, Guid userId, Removal removal) =>
        AnnounceAsync(new MembershipChange(MembershipChangeKind.Removed, channelIds, userId, removal));

    /// <summary>These channels were deleted.</summary>
    public Task ClosedAsync(IReadOnlyCollection<Guid> channelIds) =>
        AnnounceAsync(new MembershipChange(MembershipChangeKind.Lost, channelIds, UserId: null));

    /// <summary>Settings of the channel changed.</summary>
    public Task ChannelChangedAsync(Guid channelId) => AnnounceAsync(new AccessScope(ChannelId: channelId));

    /// <summary>This person's role in the channel changed.</summary>
    public Task ChannelRoleChangedAsync(Guid channelId, Guid userId) =>
        AnnounceAsync(new AccessScope(ChannelId: channelId, UserId: userId));

    /// <summary>This person's role in the group changed, which carries into its channels.</summary>
    public Task GroupRoleChangedAsync(Guid groupId, Guid userId) =>
        AnnounceAsync(new AccessScope(GroupId: groupId, UserId: userId));

    /// <summary>This person's role in the community changed, which carries into its groups and channels.</summary>
    public Task CommunityRoleChangedAsync(Guid communityId, Guid userId) =>
        AnnounceAsync(new AccessScope(CommunityId: communityId, UserId: userId));

    private async Task AnnounceAsync(MembershipChange change)
    {
        if (change.ChannelIds.Count == 0)
            return;
        Apply(change);
        foreach (var signal in AccessSignal.Write(origin, change))
            await SendAsync(signal);
    }

    private Task AnnounceAsync(AccessScope scope)
    {
        Apply(scope);
        return SendAsync(AccessSignal.Write(origin, scope));
    }

    private void Apply(AccessScope scope)
    {
        Standings.Forget(scope);
        Interlocked.Increment(ref standingChanges);
        StandingChanged?.Invoke(scope);
    }

    private void Apply(MembershipChange change)
    {
        foreach (var channelId in change.ChannelIds)
            Standings.Forget(new AccessScope(ChannelId: channelId, UserId: change.UserId));
        if (change.Kind is not MembershipChangeKind.Gained)
            CountLoss();
        Changed?.Invoke(change);
    }

    private void Receive(string payload)
    {
        if (!AccessSignal.TryRead(payload, out var sender, out var change, out var scope))
        {
            LogUnreadableSignal();
            ReceiveMissed();
        }
        else if (sender == origin)
            return;
        else if (change is not null)
            Apply(change);
        else
            Apply(scope);
    }

    private void ReceiveMissed()
    {
        Standings.Forget(default);
        CountLoss();
        Changed?.Invoke(new MembershipChange(MembershipChangeKind.Unknown, [], UserId: null));
    }

    private void CountLoss()
    {
        Interlocked.Increment(ref standingChanges);
        Interlocked.Increment(ref losses);
    }

    private Task SendAsync(string signal) => signals?.SendAsync(signal) ?? Task.CompletedTask;

    [LoggerMessage(
        EventName = "ChannelAccessSignalUnreadable",
        Level = LogLevel.Warning,
        Message = "A signal about channel access could not be read; everything is checked again"
    )]
    private partial void LogUnreadableSignal();
}
