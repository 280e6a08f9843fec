using Chatalot.Features.Channels;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Communities;

/// <summary>The one way out of a community, whether by leaving, a kick or a ban.</summary>
internal static class CommunityRows
{
    /// <summary>
    /// Removes the person's rows in the community, in its groups and in their channels, in the connection's
    /// transaction, which holds the <see cref="MembershipLock"/> and a lock on the community.
    /// </summary>
    /// <returns>The groups and channels that the person was a member of.</returns>
    public static async Task<LeftGroups> RemoveFromCommunityAsync(
        this NpgsqlConnection connection,
        Guid communityId,
        Guid userId,
        CancellationToken ct
    )
    {
        var groups = await connection.ListAsync(
            "select id from mt_doc_group where community_id = $1",
            row => row.GetGuid(0),
            ct,
            communityId
        );
        await connection.ExecuteAsync(
            "delete from community_members where community_id = $1 and user_id = $2",
            ct,
            communityId,
            userId
        );
        var left = await connection.LeaveGroupsAsync(userId, groups, ct);
        await connection.RevokeInvitesAsync(communityId, userId, ct);
        await connection.RevokeGroupInvitesAsync(communityId, userId, ct);
        await connection.HandOverGroupsAsync(communityId, left.Groups, ct);
        return left;
    }

    /// <summary>Ends the invites to the community that somebody made who may make none any more.</summary>
    public static Task<int> RevokeInvitesAsync(
        this NpgsqlConnection connection,
        Guid communityId,
        Guid userId,
        CancellationToken ct
    ) =>
        connection.ExecuteAsync(
            "delete from community_invites where community_id = $1 and created_by = $2",
            ct,
            communityId,
            userId
        );

    /// <summary>
    /// Gives regular groups that lost their owner to the member who ranks highest and is there longest, or to the owner
    /// of the community when nobody is left: no group is nobody's.
    /// </summary>
    private static Task<int> HandOverGroupsAsync(
        this NpgsqlConnection connection,
        Guid communityId,
        IReadOnlyList<Guid> groupIds,
        CancellationToken ct
    ) =>
        connection.ExecuteAsync(
            """
            with ownerless as (
                select space.id,
                       (select user_id from group_members where group_id = space.id
                        order by role desc, joined_at, user_id limit 1) as heir,
                       (select user_id from community_members where community_id = $1 and role = 3) as community_owner
                from mt_doc_group space
                where space.id = any($2) and space.data ->> 'assigned_member_id' is null
                  and not exists (select from group_members where group_id = space.id and role = 3)
            ),
            owned as (
                insert into group_members as member (group_id, user_id, role, joined_at)
                select id, coalesce(heir, community_owner), 3, now() from ownerless
                where coalesce(heir, community_owner) is not null
                on conflict (group_id, user_id) do update set role = 3
                returning member.group_id, member.user_id
            )
            update mt_doc_group space
            set data = jsonb_set(space.data, '{owner_id}', to_jsonb(owned.user_id)), mt_version = gen_random_uuid()
            from owned where space.id = owned.group_id
            """,
            ct,
            communityId,
            groupIds.ToArray()
        );
}
