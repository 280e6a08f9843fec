using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Spaces;

/// <summary>What somebody is in a community.</summary>
/// <param name="CommunityId">The community; it exists.</param>
/// <param name="Row">The stored role; null for people of the instance who are no members.</param>
/// <param name="Instance">What they are on the instance.</param>
/// <param name="WhoCanCreateGroups">The community's policy.</param>
/// <param name="WhoCanCreateInvites">The community's policy.</param>
internal sealed record CommunityStanding(
    Guid CommunityId,
    SpaceRole? Row,
    InstanceRole Instance,
    Policy WhoCanCreateGroups,
    Policy WhoCanCreateInvites
)
{
    public int Level => Spaces.Level.Of(Instance, Row);
}

/// <summary>
/// The door of every path below a community (contract, spaces.md 1): members pass, instance owner and admins pass when
/// the community exists. All others get the same 403, whether it exists or not.
/// </summary>
internal sealed class CommunityGate(NpgsqlDataSource database, IInstanceRoles instanceRoles)
{
    public static Failure NotFound { get; } = Failure.NotFound("community not found");

    /// <summary>The standing of somebody who passes.</summary>
    /// <exception cref="FailureException">They do not pass, or may not do this.</exception>
    public async Task<CommunityStanding> RequireAsync(
        Guid communityId,
        Guid userId,
        CommunityAction action,
        CancellationToken ct
    )
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await RequireAsync(connection, communityId, userId, action, ct);
    }

    /// <summary>The same in the connection's transaction.</summary>
    public async Task<CommunityStanding> RequireAsync(
        NpgsqlConnection connection,
        Guid communityId,
        Guid userId,
        CommunityAction action,
        CancellationToken ct
    )
    {
        var standing = await EnterAsync(connection, communityId, userId, ct);
        return PermissionMatrix.Allows(action, standing.Level) ? standing : throw Failure.Forbidden.AsException();
    }

    private async Task<CommunityStanding> EnterAsync(
        NpgsqlConnection connection,
        Guid communityId,
        Guid userId,
        CancellationToken ct
    )
    {
        var instance = await instanceRoles.FindAsync(userId, ct) ?? throw Failure.Unauthorized.AsException();
        var found = await connection.FirstAsync(
            """
            select member.role, ban.user_id is not null,
                   community.data ->> 'who_can_create_groups', community.data ->> 'who_can_create_invites'
            from mt_doc_community community
            left join community_members member on member.community_id = community.id and member.user_id = $2
            left join community_bans ban on ban.community_id = community.id and ban.user_id = $2
            where community.id = $1
            """,
            row => new Found(
                new CommunityStanding(
                    communityId,
                    row.GetRole(0),
                    instance,
                    Policies.Parse(row.GetText(2)) ?? Policy.Admin,
                    Policies.Parse(row.GetText(3)) ?? Policy.Admin
                ),
                row.GetBoolean(1)
            ),
            ct,
            communityId,
            userId
        );
        return Refusal(instance, found) is { } refusal ? throw refusal.AsException() : found!.Standing;
    }

    internal static Failure? Refusal(InstanceRole instance, Found? found) =>
        (instance, found) switch
        {
            (InstanceRole.Owner or InstanceRole.Admin, null) => NotFound,
            (InstanceRole.Owner or InstanceRole.Admin, _) => null,
            (_, { IsBanned: false, Standing.Row: not null }) => null,
            _ => Failure.Forbidden,
        };

    internal sealed record Found(CommunityStanding Standing, bool IsBanned);
}
