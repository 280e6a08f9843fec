using Chatalot.Features.Channels;
using Chatalot.Features.Spaces;
using Npgsql;

namespace Chatalot.Features.Administration;

/// <summary>Spaces that went to another owner.</summary>
/// <param name="HeirId">Who owns them now.</param>
/// <param name="Communities">Communities.</param>
/// <param name="Groups">Groups.</param>
internal sealed record Inherited(Guid HeirId, IReadOnlyList<Guid> Communities, IReadOnlyList<Guid> Groups)
{
    /// <summary>Tells every process that the new owner's role changed.</summary>
    public async Task AnnounceAsync(ChannelMembership membership)
    {
        foreach (var communityId in Communities)
            await membership.CommunityRoleChangedAsync(communityId, HeirId);
        foreach (var groupId in Groups)
            await membership.GroupRoleChangedAsync(groupId, HeirId);
    }
}

/// <summary>
/// Hands the communities and groups of an account that is about to go to the owner of the instance, who becomes a member
/// where they were none, in the connection's transaction.
/// </summary>
internal static class Inheritance
{
    public static async Task<Inherited> HandOverAsync(
        NpgsqlConnection connection,
        Guid userId,
        Guid heirId,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var communities = await MoveAsync(connection, "community", userId, heirId, now, ct);
        var groups = await MoveAsync(connection, "group", userId, heirId, now, ct);
        // A member of a group is a member of its community.
        await connection.ExecuteAsync(
            """
            insert into community_members (community_id, user_id, role, joined_at)
            select distinct space.community_id, $2::uuid, 0, $3::timestamptz from mt_doc_group space
            where space.id = any($1) and space.community_id is not null
            on conflict do nothing
            """,
            ct,
            groups.ToArray(),
            heirId,
            now
        );
        return new(heirId, communities, groups);
    }

    /// <param name="connection">Runs the transaction.</param>
    /// <param name="space"><c>community</c> or <c>group</c>.</param>
    /// <param name="userId">The owner until now.</param>
    /// <param name="heirId">The owner from now on.</param>
    /// <param name="now">When.</param>
    /// <param name="ct">Ends the work.</param>
    private static async Task<List<Guid>> MoveAsync(
        NpgsqlConnection connection,
        string space,
        Guid userId,
        Guid heirId,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var owned = await connection.ListAsync(
            $"""
            update mt_doc_{space} space
            set data = space.data || jsonb_build_object('owner_id', $2::text), mt_version = gen_random_uuid(),
                mt_last_modified = transaction_timestamp()
            where space.id in (select {space}_id from {space}_members where user_id = $1 and role = 3)
            returning space.id
            """,
            row => row.GetGuid(0),
            ct,
            userId,
            heirId
        );
        await connection.ExecuteAsync(
            $"delete from {space}_members where user_id = $1 and {space}_id = any($2)",
            ct,
            userId,
            owned.ToArray()
        );
        await connection.ExecuteAsync(
            $"""
            insert into {space}_members ({space}_id, user_id, role, joined_at)
            select space_id, $2::uuid, 3, $3::timestamptz from unnest($1::uuid[]) space_id
            on conflict ({space}_id, user_id) do update set role = 3
            """,
            ct,
            owned.ToArray(),
            heirId,
            now
        );
        return owned;
    }
}
