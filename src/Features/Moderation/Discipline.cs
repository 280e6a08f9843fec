using Chatalot.Features.Channels;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Moderation;

/// <summary>Who may discipline whom in a channel: what timeouts and warnings have in common.</summary>
internal sealed class Discipline(CommunityGate communities, ChannelGate channels, IInstanceRoles instanceRoles)
{
    /// <summary>Community moderators, in a channel of their community.</summary>
    /// <exception cref="FailureException">The caller is none, or the channel is not there.</exception>
    public async Task<CommunityStanding> RequireAsync(
        NpgsqlConnection connection,
        Guid communityId,
        Guid channelId,
        Guid callerId,
        CancellationToken ct
    )
    {
        var standing = await communities.RequireAsync(
            connection,
            communityId,
            callerId,
            CommunityAction.Discipline,
            ct
        );
        var isThere = await connection.FirstAsync(
            """
            select exists (
                select from mt_doc_channel channel
                join mt_doc_group space on space.id = channel.group_id
                where channel.id = $1 and space.community_id = $2)
            """,
            row => row.GetBoolean(0),
            ct,
            channelId,
            communityId
        );
        return isThere ? standing : throw Failure.NotFound("channel not found in this community").AsException();
    }

    /// <summary>What the person to be disciplined is to the channel.</summary>
    public Task<ChannelRelation> FindTargetAsync(
        NpgsqlConnection connection,
        Guid channelId,
        Guid targetId,
        CancellationToken ct
    ) => channels.FindOtherAsync(connection, channelId, targetId, ct);

    /// <summary>
    /// The level of whoever issued the person's timeout, as it is now; a member's once that account is gone. Null when
    /// there is no timeout that still holds. Holds its row in the connection's transaction.
    /// </summary>
    public async Task<int?> FindIssuerLevelAsync(
        NpgsqlConnection connection,
        Guid communityId,
        Guid channelId,
        Guid targetId,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var timeout = await connection.FirstAsync(
            """
            select true, held.issued_by, member.role
            from channel_timeouts held
            left join community_members member on member.community_id = $3 and member.user_id = held.issued_by
            where held.channel_id = $1 and held.user_id = $2 and held.expires_at > $4
            for update of held
            """,
            row => (Found: row.GetBoolean(0), IssuerId: row.GetId(1), Row: row.GetRole(2)),
            ct,
            channelId,
            targetId,
            communityId,
            now
        );
        if (!timeout.Found)
            return null;
        var instance = timeout.IssuerId is { } issuerId ? await instanceRoles.FindAsync(issuerId, ct) : null;
        return Level.Of(instance ?? InstanceRole.None, timeout.Row);
    }

    /// <summary>Why it is refused for a person who is no member of the channel, or null.</summary>
    public static Failure? RefusalWithoutRow(ChannelRelation target) =>
        target.Row is null ? Failure.Validation("user is not a member of this channel") : null;

    /// <summary>Why it is refused for a person whom the actor does not outrank in the community, or null.</summary>
    public static Failure? RefusalByRank(CommunityStanding actor, ChannelRelation target) =>
        Level.Outranks(actor.Level, CommunityLevel(target)) ? null : Failure.Forbidden;

    private static int CommunityLevel(ChannelRelation target) => Level.Of(target.Instance, target.Group?.CommunityRow);
}
