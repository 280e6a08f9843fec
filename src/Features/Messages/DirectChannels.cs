using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Features.Frames;
using Chatalot.Shared.Caching;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Messages;

/// <summary>The two people of a direct channel.</summary>
/// <param name="One">One of them.</param>
/// <param name="Other">The other; null when the account is gone.</param>
/// <param name="CreatedAt">When the channel was opened.</param>
/// <param name="MayWrite">
/// They share a community, or one of them owns the instance, who may open direct messages with everybody and gets
/// answers.
/// </param>
/// <param name="IsIntroduced">Both know of it: a message of it found the other person.</param>
public sealed record DirectChannel(Guid One, Guid? Other, DateTimeOffset CreatedAt, bool MayWrite, bool IsIntroduced)
{
    /// <summary>Whom this member writes to.</summary>
    public Guid? PeerOf(Guid userId) =>
        userId == One ? Other
        : userId == Other ? One
        : null;
}

/// <summary>
/// Direct channels by id, from memory while nothing changed. Rows of communities tell every process by a notification
/// when somebody joins or leaves one (script 0313); this process hears of lost rights at once.
/// </summary>
public sealed class DirectChannels : IDisposable
{
    /// <summary>Notifies of the user whose communities changed.</summary>
    internal const string CommunitiesChanged = "communities_changed";

    private const int Capacity = 20_000;
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(1);

    private readonly NpgsqlDataSource database;
    private readonly ChannelMembership membership;
    private readonly AccountDirectory accounts;
    private readonly TimeProvider clock;
    private readonly LiveCache<DirectChannel> cache;
    private readonly IDisposable subscription;

    /// <summary>Starts to listen for changes.</summary>
    public DirectChannels(
        NpgsqlDataSource database,
        ChannelMembership membership,
        AccountDirectory accounts,
        DatabaseSignals signals,
        TimeProvider clock
    )
    {
        this.database = database;
        this.membership = membership;
        this.accounts = accounts;
        this.clock = clock;
        cache = new(Capacity, MaxAge, clock);
        membership.Changed += OnMembershipChanged;
        subscription = signals.Subscribe(CommunitiesChanged, OnCommunitiesChanged, cache.Clear);
    }

    /// <summary>The direct channel, or null when there is none with this id.</summary>
    public ValueTask<DirectChannel?> FindAsync(Guid channelId, CancellationToken ct) =>
        cache.GetAsync(channelId, ReadAsync, ct);

    /// <summary>
    /// How a message of this sender reaches the other person; null for channels that are not direct. Every way in that
    /// appends a message sets it.
    /// </summary>
    public ValueTask<DirectDelivery?> DeliveryAsync(ChannelState channel, Guid senderId, CancellationToken ct) =>
        channel.Type is ChannelType.Dm ? new(PlanAsync(channel.Id, senderId, ct)) : default;

    /// <summary>Tells every process, at the commit, that this person owns the instance now or no longer.</summary>
    internal static void QueueOwnerChanged(IDocumentSession documents, Guid userId) =>
        documents.QueueSqlCommand("select pg_notify(?, ?)", CommunitiesChanged, userId.ToString());

    /// <summary>Both people know of the channel now.</summary>
    public async Task MarkIntroducedAsync(Guid channelId)
    {
        try
        {
            await database.ExecuteAsync(
                "insert into direct_introductions (channel_id, introduced_at) values ($1, $2) on conflict do nothing",
                CancellationToken.None,
                channelId,
                clock.GetUtcNow()
            );
            cache.Invalidate(channelId);
        }
        catch (NpgsqlException)
        {
            // Then the next message introduces it again, which clients ignore.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        membership.Changed -= OnMembershipChanged;
        subscription.Dispose();
    }

    private async Task<DirectDelivery?> PlanAsync(Guid channelId, Guid senderId, CancellationToken ct)
    {
        if (await FindAsync(channelId, ct) is not { } direct || direct.PeerOf(senderId) is not { } peerId)
            return null;
        if (
            direct.IsIntroduced
            || await accounts.FindAsync(senderId, ct) is not { } sender
            || await accounts.FindAsync(peerId, ct) is not { } peer
        )
            return new DirectDelivery(peerId, ToPeer: null, ToSender: null);
        return new DirectDelivery(peerId, Introduction(sender), Introduction(peer));

        NewDmChannelFrame Introduction(Account other) =>
            new(
                channelId,
                ChannelName: null,
                direct.CreatedAt,
                other.Id,
                other.Username,
                other.DisplayName,
                other.AvatarUrl
            );
    }

    private void OnMembershipChanged(MembershipChange change)
    {
        if (change.Kind is not MembershipChangeKind.Gained)
            cache.Clear();
    }

    private ValueTask OnCommunitiesChanged(string userId)
    {
        if (Guid.TryParse(userId, out var id))
            cache.Invalidate(direct => direct.PeerOf(id) is not null);
        return ValueTask.CompletedTask;
    }

    private Task<DirectChannel?> ReadAsync(Guid channelId, CancellationToken ct) =>
        database.FirstAsync(
            """
            select one.user_id, other.user_id, (channel.data ->> 'created_at')::timestamptz,
                exists (
                    select from community_members mine
                    join community_members theirs on theirs.community_id = mine.community_id
                    where mine.user_id = one.user_id and theirs.user_id = other.user_id
                ) or exists (
                    select from mt_doc_user owner
                    where owner.id in (one.user_id, other.user_id) and (owner.data ->> 'is_owner')::boolean
                ),
                exists (select from direct_introductions known where known.channel_id = channel.id)
            from mt_doc_channel channel
            join channel_members one on one.channel_id = channel.id
            left join channel_members other on other.channel_id = channel.id and other.user_id <> one.user_id
            where channel.id = $1 and channel.data ->> 'type' = 'dm'
            limit 1
            """,
            row => new DirectChannel(
                row.GetGuid(0),
                row.GetId(1),
                row.GetFieldValue<DateTimeOffset>(2),
                row.GetBoolean(3),
                row.GetBoolean(4)
            ),
            ct,
            channelId
        );
}
