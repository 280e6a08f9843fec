using Chatalot.Features.Spaces;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Channels;

/// <summary>The one way into groups and out of them, with the rows of their channels.</summary>
internal static class GroupRows
{
    /// <summary>
    /// Adds a row in each group, and in each of its discoverable channels that the person is not banned from, in the
    /// connection's transaction, which holds the <see cref="MembershipLock"/>. Rows that exist are kept. The groups are
    /// locked in one order against changes that are under way, so that a channel created meanwhile is not missed.
    /// </summary>
    /// <returns>The channels that the person is a member of now and was not before.</returns>
    public static async Task<List<Guid>> JoinGroupsAsync(
        this NpgsqlConnection connection,
        Guid userId,
        IReadOnlyCollection<Guid> groupIds,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        Guid[] ids = [.. groupIds];
        await connection.LockGroupsAsync(ids, ct);
        return await connection.ListAsync(
            """
            with joined as (
                insert into group_members (group_id, user_id, role, joined_at)
                select id, $1, 0, $3 from mt_doc_group where id = any($2) order by id
                on conflict do nothing
            )
            insert into channel_members (channel_id, user_id, role, joined_at)
            select channel.id, $1, 0, $3
            from mt_doc_channel channel
            where channel.group_id = any($2) and channel.discoverable
              and not exists (select from channel_bans where channel_id = channel.id and user_id = $1)
            order by channel.id
            on conflict do nothing
            returning channel_id
            """,
            row => row.GetGuid(0),
            ct,
            userId,
            ids,
            now
        );
    }

    /// <summary>
    /// Removes the person's rows in these groups and in all of their channels, owned ones too, in the connection's
    /// transaction, which holds the <see cref="MembershipLock"/>.
    /// </summary>
    /// <returns>The groups and channels that the person was a member of.</returns>
    public static async Task<LeftGroups> LeaveGroupsAsync(
        this NpgsqlConnection connection,
        Guid userId,
        IReadOnlyCollection<Guid> groupIds,
        CancellationToken ct
    )
    {
        Guid[] ids = [.. groupIds];
        await connection.LockGroupsAsync(ids, ct);
        var groups = await connection.ListAsync(
            "delete from group_members where group_id = any($2) and user_id = $1 returning group_id",
            row => row.GetGuid(0),
            ct,
            userId,
            ids
        );
        var channels = await connection.ListAsync(
            """
            delete from channel_members
            where user_id = $1 and channel_id in (select id from mt_doc_channel where group_id = any($2))
            returning channel_id
            """,
            row => row.GetGuid(0),
            ct,
            userId,
            ids
        );
        return new LeftGroups(groups, channels);
    }

    /// <summary>
    /// Ends the invites to a community's groups that somebody made who may make none there any more, as
    /// <see cref="EffectiveRole.InGroup"/> has it: an invite is as good as the right of the one who made it.
    /// </summary>
    public static Task<int> RevokeGroupInvitesAsync(
        this NpgsqlConnection connection,
        Guid communityId,
        Guid userId,
        CancellationToken ct
    ) =>
        connection.ExecuteAsync(
            """
            with standing as (
                select space.id, space.data ->> 'assigned_member_id' is not null as is_personal,
                       (space.data ->> 'allow_invites')::boolean as allows_invites,
                       in_group.role as in_group, in_community.role as above
                from mt_doc_group space
                left join group_members in_group on in_group.group_id = space.id and in_group.user_id = $2
                left join community_members in_community
                    on in_community.community_id = space.community_id and in_community.user_id = $2
                where space.community_id = $1
            )
            delete from group_invites invite using standing
            where invite.group_id = standing.id and invite.created_by = $2
              and not exists (select from mt_doc_user account where account.id = $2
                              and coalesce((account.data ->> 'is_owner')::boolean, false))
              and (case when standing.in_group is null then not (is_personal and coalesce(above, 0) >= 1)
                        else standing.in_group < 2 and coalesce(above, 0) < 2 end
                   or (is_personal and not allows_invites and coalesce(above, 0) < 1))
            """,
            ct,
            communityId,
            userId
        );

    private static Task<int> LockGroupsAsync(this NpgsqlConnection connection, Guid[] ids, CancellationToken ct) =>
        connection.ExecuteAsync("select from mt_doc_group where id = any($1) order by id for share", ct, ids);
}

/// <summary>What somebody was a member of.</summary>
/// <param name="Groups">The groups.</param>
/// <param name="Channels">Their channels.</param>
internal sealed record LeftGroups(IReadOnlyList<Guid> Groups, IReadOnlyList<Guid> Channels);
