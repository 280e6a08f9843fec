using Chatalot.Features.Spaces;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Channels;

/// <summary>Reads a member's standing with channel, group and community by one query.</summary>
internal sealed class StandingQuery(NpgsqlDataSource database) : IStandingSource
{
    public Task<ChannelStanding?> LoadAsync(Guid channelId, Guid userId, CancellationToken ct) =>
        database.FirstAsync(
            """
            select channel.data, member.role, space.data ->> 'assigned_member_id' is not null, in_group.role,
                   in_community.role, timeout.expires_at
            from channel_members member
            join mt_doc_channel channel on channel.id = member.channel_id
            left join mt_doc_group space on space.id = channel.group_id
            left join group_members in_group on in_group.group_id = space.id and in_group.user_id = member.user_id
            left join community_members in_community
                on in_community.community_id = space.community_id and in_community.user_id = member.user_id
            left join channel_timeouts timeout
                on timeout.channel_id = member.channel_id and timeout.user_id = member.user_id
            where member.channel_id = $1 and member.user_id = $2
            """,
            row =>
                Standing(
                    row.GetDocument(0, ChannelDocuments.Json),
                    (SpaceRole)row.GetInt16(1),
                    // What the account is on the instance is added to the answer, not to what is remembered.
                    EffectiveRole.InGroup(row.GetRole(3), row.GetRole(4), row.GetBoolean(2), InstanceRole.None),
                    row.GetTime(5)
                ),
            ct,
            channelId,
            userId
        );

    private static ChannelStanding Standing(
        Channel channel,
        SpaceRole row,
        SpaceRole? groupRole,
        DateTimeOffset? timedOutUntil
    ) =>
        new(
            ChannelState.Of(channel),
            Level.Of(EffectiveRole.InChannel(row, groupRole, channel.Type is ChannelType.Dm)),
            timedOutUntil
        );
}
