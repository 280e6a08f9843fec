using Chatalot.Features.Spaces;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Channels;

/// <summary>What somebody is to a channel, read for one request.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Row">The stored role in it; null without a row.</param>
/// <param name="IsBanned">Banned from it.</param>
/// <param name="Group">What they are in its group; null for channels without one.</param>
/// <param name="Instance">What they are on the instance.</param>
internal sealed record ChannelRelation(
    Channel Channel,
    SpaceRole? Row,
    bool IsBanned,
    GroupStanding? Group,
    InstanceRole Instance
)
{
    private bool IsDirect => Channel.Type is ChannelType.Dm;

    /// <summary>The effective level of a member; null for anybody else.</summary>
    public int? Level =>
        Row is not { } row ? null
        : IsDirect ? Spaces.Level.Member
        : Spaces.Level.Of(Instance, EffectiveRole.InChannel(row, Group?.Role, isDirect: false));

    /// <summary>The level of somebody who acts here: people of the instance need no row for it.</summary>
    public int Authority => Level ?? (IsDirect ? Spaces.Level.Member : Spaces.Level.Of(Instance, role: null));

    /// <summary>
    /// Hidden channels exist for their members and for those who manage the group's channels; direct messages for their
    /// two people; all others for everybody who may know of the group, and standalone ones for everybody.
    /// </summary>
    public bool MayKnow =>
        Row is not null
        || (
            !IsDirect
            && Group switch
            {
                null => Channel.Discoverable,
                { MayKnow: false } => false,
                { } group => Channel.Discoverable || PermissionMatrix.Allows(GroupAction.ManageChannels, group.Role),
            }
        );

    /// <summary>Why they may not become a member, or null when they may or already are.</summary>
    public Failure? RefusalToJoin =>
        Row is not null ? null
        : !MayKnow ? ChannelGate.NotFound
        : IsBanned || Group is { Row: null } ? Failure.Forbidden
        : null;

    /// <summary>
    /// Why they may not do this, or null when they may. Instance owner and admins need no row for it. Nobody manages a
    /// direct message.
    /// </summary>
    public Failure? RefusalTo(ChannelAction action) =>
        !IsDirect
        && (Instance is not InstanceRole.None || (Level is { } level && PermissionMatrix.Allows(action, level)))
            ? null
        : MayKnow ? Failure.Forbidden
        : ChannelGate.NotFound;

    /// <summary>
    /// Why they may not change its settings; whoever manages its group's channels may, without a row too.
    /// </summary>
    public Failure? RefusalToEdit =>
        PermissionMatrix.Allows(GroupAction.ManageChannels, Group?.Role) ? null : RefusalTo(ChannelAction.EditSettings);

    /// <summary>
    /// Why a request that names the channel by this group is refused, or null when it is the channel's own: 403 for
    /// those who may know of the channel.
    /// </summary>
    public Failure? RefusalIn(Guid groupId) =>
        Channel.GroupId == groupId ? null
        : MayKnow ? Failure.Forbidden
        : ChannelGate.NotFound;

    /// <summary>Why they may not see who is in it, or null when they may.</summary>
    public Failure? RefusalToListMembers =>
        Row is not null ? null
        : !MayKnow ? ChannelGate.NotFound
        : Channel.Discoverable && Group?.Row is not null ? null
        : Failure.Forbidden;
}

/// <summary>Reads what somebody is to a channel, whether they are a member or not.</summary>
internal sealed class ChannelGate(NpgsqlDataSource database, IInstanceRoles instanceRoles)
{
    public static Failure NotFound { get; } = Failure.NotFound("channel not found");

    /// <summary>The relation of a member.</summary>
    /// <exception cref="FailureException">
    /// 404 for those who may not know of the channel, 403 for those who may.
    /// </exception>
    public async Task<ChannelRelation> RequireMemberAsync(Guid channelId, Guid userId, CancellationToken ct)
    {
        var relation = await FindAsync(channelId, userId, ct);
        return relation.Row is not null ? relation
            : relation.MayKnow ? throw Failure.Forbidden.AsException()
            : throw NotFound.AsException();
    }

    /// <summary>Lets a request through that names a channel by its own group.</summary>
    /// <exception cref="FailureException">
    /// There is no such channel, or it is not in this group: 403 for those who may know of it.
    /// </exception>
    public async Task RequireInGroupAsync(Guid channelId, Guid groupId, Guid userId, CancellationToken ct)
    {
        var relation = await FindAsync(channelId, userId, ct);
        if (relation.RefusalIn(groupId) is { } refusal)
            throw refusal.AsException();
    }

    /// <summary>The relation of anybody to a channel that exists.</summary>
    /// <exception cref="FailureException">There is no such channel.</exception>
    public async Task<ChannelRelation> FindAsync(Guid channelId, Guid userId, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await FindAsync(connection, channelId, userId, ct);
    }

    /// <summary>The same in the connection's transaction.</summary>
    public async Task<ChannelRelation> FindAsync(
        NpgsqlConnection connection,
        Guid channelId,
        Guid userId,
        CancellationToken ct
    )
    {
        var instance = await instanceRoles.FindAsync(userId, ct) ?? throw Failure.Unauthorized.AsException();
        return await LoadAsync(connection, channelId, userId, instance, ct);
    }

    /// <summary>The relation of somebody else than the caller, who may be suspended or not exist.</summary>
    public async Task<ChannelRelation> FindOtherAsync(
        NpgsqlConnection connection,
        Guid channelId,
        Guid userId,
        CancellationToken ct
    )
    {
        var instance = await instanceRoles.FindAsync(userId, ct) ?? InstanceRole.None;
        return await LoadAsync(connection, channelId, userId, instance, ct);
    }

    private static async Task<ChannelRelation> LoadAsync(
        NpgsqlConnection connection,
        Guid channelId,
        Guid userId,
        InstanceRole instance,
        CancellationToken ct
    )
    {
        var relation = await connection.FirstAsync(
            """
            select channel.data, member.role, ban.user_id is not null,
                   space.id, space.community_id, space.visibility = 'public',
                   space.data ->> 'assigned_member_id' is not null, in_group.role, in_community.role
            from mt_doc_channel channel
            left join channel_members member on member.channel_id = channel.id and member.user_id = $2
            left join channel_bans ban on ban.channel_id = channel.id and ban.user_id = $2
            left join mt_doc_group space on space.id = channel.group_id
            left join group_members in_group on in_group.group_id = space.id and in_group.user_id = $2
            left join community_members in_community
                on in_community.community_id = space.community_id and in_community.user_id = $2
            where channel.id = $1
            """,
            row => new ChannelRelation(
                row.GetDocument(0, ChannelDocuments.Json),
                row.GetRole(1),
                row.GetBoolean(2),
                row.IsDBNull(3)
                    ? null
                    : new GroupStanding(
                        row.GetGuid(3),
                        row.GetGuid(4),
                        row.GetBoolean(5),
                        row.GetBoolean(6),
                        row.GetRole(7),
                        row.GetRole(8),
                        instance
                    ),
                instance
            ),
            ct,
            channelId,
            userId
        );
        return relation ?? throw NotFound.AsException();
    }
}
