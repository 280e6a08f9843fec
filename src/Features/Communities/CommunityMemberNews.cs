using Chatalot.Features.Frames;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Communities;

/// <summary>Members whose role or nickname changed, and the community's members, who are told.</summary>
internal sealed record CommunityMemberNews(
    IReadOnlyList<CommunityMemberUpdatedFrame> Changes,
    IReadOnlyList<Guid> Members
)
{
    /// <summary>Reads what is told after the commit, in the transaction of the change.</summary>
    public static async Task<CommunityMemberNews> ReadAsync(
        NpgsqlConnection connection,
        Guid communityId,
        Guid[] userIds,
        CancellationToken ct
    )
    {
        var changes = await connection.ListAsync(
            """
            select user_id, role, nickname from community_members
            where community_id = $1 and user_id = any($2)
            order by role
            """,
            row => new CommunityMemberUpdatedFrame(
                communityId,
                row.GetGuid(0),
                ((SpaceRole)row.GetInt16(1)).Word(),
                row.GetText(2)
            ),
            ct,
            communityId,
            userIds
        );
        return new CommunityMemberNews(changes, await Audience.OfCommunityAsync(connection, communityId, ct));
    }

    /// <summary>Tells the members.</summary>
    public void TellBy(SpaceNews news)
    {
        foreach (var change in Changes)
            news.TellPeople(Members, change);
    }
}
