using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Spaces;

/// <summary>What somebody is in a group.</summary>
/// <param name="GroupId">The group.</param>
/// <param name="CommunityId">Its community.</param>
/// <param name="IsPublic">Members of the community may join by themselves.</param>
/// <param name="IsPersonal">It was made for one assigned member.</param>
/// <param name="Row">The stored role in the group; null without a row.</param>
/// <param name="CommunityRow">The stored role in its community; null without a row.</param>
/// <param name="Instance">What they are on the instance.</param>
internal sealed record GroupStanding(
    Guid GroupId,
    Guid CommunityId,
    bool IsPublic,
    bool IsPersonal,
    SpaceRole? Row,
    SpaceRole? CommunityRow,
    InstanceRole Instance
)
{
    /// <summary>The effective role; null for none.</summary>
    public SpaceRole? Role => EffectiveRole.InGroup(Row, CommunityRow, IsPersonal, Instance);

    /// <summary>Private and personal groups exist only for those with a role in them.</summary>
    public bool MayKnow => Role is not null || (IsPublic && CommunityRow is not null);

    /// <summary>Moderates the community above, or owns the instance.</summary>
    public bool ModeratesCommunity => Instance is InstanceRole.Owner || CommunityRow >= SpaceRole.Moderator;

    /// <summary>Why this may not be done, or null when it may.</summary>
    public Failure? Refusal(GroupAction action) =>
        PermissionMatrix.Allows(action, Role) ? null
        : MayKnow ? Failure.Forbidden
        : GroupGate.NotFound;
}

/// <summary>
/// The door of every path below a group: 404 for those who may not know of it, 403 for what they may not do.
/// </summary>
internal sealed class GroupGate(NpgsqlDataSource database, IInstanceRoles instanceRoles)
{
    public static Failure NotFound { get; } = Failure.NotFound("group not found");

    /// <summary>The standing of somebody who may do this.</summary>
    /// <exception cref="FailureException">There is no such group for them, or they may not do this.</exception>
    public async Task<GroupStanding> RequireAsync(Guid groupId, Guid userId, GroupAction action, CancellationToken ct)
    {
        var standing = await FindAsync(groupId, userId, ct);
        return standing.Refusal(action) is { } refusal ? throw refusal.AsException() : standing;
    }

    /// <summary>The standing of anybody in a group that exists.</summary>
    /// <exception cref="FailureException">There is no such group.</exception>
    public async Task<GroupStanding> FindAsync(Guid groupId, Guid userId, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await FindAsync(connection, groupId, userId, ct);
    }

    /// <summary>The same in the connection's transaction.</summary>
    public async Task<GroupStanding> FindAsync(
        NpgsqlConnection connection,
        Guid groupId,
        Guid userId,
        CancellationToken ct
    )
    {
        var instance = await instanceRoles.FindAsync(userId, ct) ?? throw Failure.Unauthorized.AsException();
        var standing = await connection.FirstAsync(
            """
            select space.community_id, space.visibility = 'public',
                   space.data ->> 'assigned_member_id' is not null, member.role, above.role
            from mt_doc_group space
            left join group_members member on member.group_id = space.id and member.user_id = $2
            left join community_members above on above.community_id = space.community_id and above.user_id = $2
            where space.id = $1
            """,
            row => new GroupStanding(
                groupId,
                row.GetGuid(0),
                row.GetBoolean(1),
                row.GetBoolean(2),
                row.GetRole(3),
                row.GetRole(4),
                instance
            ),
            ct,
            groupId,
            userId
        );
        return standing ?? throw NotFound.AsException();
    }
}
