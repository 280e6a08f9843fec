using Chatalot.Features.Channels;
using Chatalot.Features.Spaces;
using Npgsql;

namespace Chatalot.Features.Communities;

/// <summary>The one way out of a community, whether by leaving, a kick or a ban.</summary>
internal static class CommunityRows
{
    /// <summary>
    /// Removes the person's rows in the community, in its groups and in their channels, in the connection's transaction,
    /// which holds the <see cref="MembershipLock"/> and a lock on the community.
    /// </summary>
    /// <returns>The channels that the person was a member of.</returns>
    public static async Task<List<Guid>> RemoveFromCommunityAsync(
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
        return await connection.LeaveGroupsAsync(userId, groups, ct);
    }
}
