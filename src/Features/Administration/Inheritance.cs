using Chatalot.Features.Channels;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Postgres;
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
/// Hands the communities and groups of an account that is about to go to the owner of the instance, who becomes a
/// member where they were none, in the connection's transaction.
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
        var communities = await MoveAsync(connection, Ownership.Space.Community, userId, heirId, now, ct);
        var groups = await MoveAsync(connection, Ownership.Space.Group, userId, heirId, now, ct);
        // A member of a group is a member of its community.
        await connection.ExecuteAsync(
            """
            insert into community_members (community_id, user_id, role, joined_at)
            select distinct space.community_id, $2::uuid, 0, $3::timestamptz from mt_doc_group space
            where space.id = any($1) and space.community_id is not null
            on conflict do nothing
            """,
            ct,
            groups,
            heirId,
            now
        );
        return new(heirId, communities, groups);
    }

    /// <param name="connection">Runs the transaction.</param>
    /// <param name="space">Of which kind.</param>
    /// <param name="userId">The owner until now.</param>
    /// <param name="heirId">The owner from now on.</param>
    /// <param name="now">When.</param>
    /// <param name="ct">Ends the work.</param>
    private static async Task<Guid[]> MoveAsync(
        NpgsqlConnection connection,
        Ownership.Space space,
        Guid userId,
        Guid heirId,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        // The spaces before their members, as whoever hands one over does it.
        await connection.ExecuteAsync(
            $"""
            select from {space.Documents}
            where id in (select {space.Key} from {space.Members} where user_id = $1 and role = 3)
            order by id for no key update
            """,
            ct,
            userId
        );
        var owned = await Ownership.OfAsync(connection, space, userId, ct);
        await connection.ExecuteAsync(
            $"""
            update {space.Documents} space
            set data = space.data || jsonb_build_object('owner_id', $2::text), mt_version = gen_random_uuid(),
                mt_last_modified = transaction_timestamp()
            where space.id = any($1)
            """,
            ct,
            owned,
            heirId
        );
        await connection.ExecuteAsync(
            $"delete from {space.Members} where user_id = $1 and {space.Key} = any($2)",
            ct,
            userId,
            owned
        );
        await connection.ExecuteAsync(
            $"""
            insert into {space.Members} ({space.Key}, user_id, role, joined_at)
            select space_id, $2::uuid, 3, $3::timestamptz from unnest($1::uuid[]) space_id
            on conflict ({space.Key}, user_id) do update set role = 3
            """,
            ct,
            owned,
            heirId,
            now
        );
        return owned;
    }
}
