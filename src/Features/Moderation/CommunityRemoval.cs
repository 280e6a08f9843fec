using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Features.Communities;
using Chatalot.Features.Frames;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Chatalot.Features.Moderation;

/// <summary>What a kick and a ban from a community have in common: who may, and what the person loses.</summary>
internal sealed class CommunityRemoval(
    CommunityGate communities,
    IInstanceRoles instanceRoles,
    NpgsqlDataSource database,
    ChannelMembership membership,
    SpaceNews news,
    TimeProvider clock
)
{
    /// <summary>
    /// Removes the person, if they are a member, and what <paramref name="alongside"/> adds, in one transaction.
    /// </summary>
    /// <param name="request">Whose caller removes.</param>
    /// <param name="act">What the trail says of it.</param>
    /// <param name="check">
    /// Why the removal is refused, by what the target is in the community; null when it is not.
    /// </param>
    /// <param name="alongside">Further work in the transaction.</param>
    /// <param name="ct">Ends the work before its commit.</param>
    public async Task RemoveAsync(
        HttpContext request,
        Act act,
        Func<CommunityStanding, Target, Failure?> check,
        Func<NpgsqlConnection, Task>? alongside,
        CancellationToken ct
    )
    {
        var (communityId, targetId) = (act.CommunityId!.Value, act.TargetId!.Value);
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await connection.LockMembershipsAsync(targetId, ct);
        await connection.ExecuteAsync("select from mt_doc_community where id = $1 for share", ct, communityId);
        var standing = await communities.RequireAsync(
            connection,
            communityId,
            request.User.Id(),
            CommunityAction.RemoveMember,
            ct
        );
        var target = await FindTargetAsync(connection, communityId, targetId, ct);
        if (check(standing, target) is { } refusal)
            throw refusal.AsException();

        if (alongside is not null)
            await alongside(connection);
        var left = await connection.RemoveFromCommunityAsync(communityId, targetId, ct);
        var remaining = await Audience.OfCommunityAsync(connection, communityId, ct);
        await act.RecordAsync(connection, request, clock.GetUtcNow(), ct);
        await transaction.CommitAsync(CancellationToken.None);

        await membership.RemovedAsync(left.Channels, targetId, new Removal(RemovalKind.Above, request.User.Id()));
        if (target.Row is not null)
            Tell(communityId, targetId, left, remaining);
    }

    private void Tell(Guid communityId, Guid targetId, LeftGroups left, List<Guid> remaining)
    {
        foreach (var groupId in left.Groups)
            news.TellPerson(targetId, new GroupDeletedFrame(groupId));
        news.TellPerson(targetId, new CommunityDeletedFrame(communityId));
        news.TellPeople(remaining, new MemberLeftFrame(communityId, GroupId: null, ChannelId: null, targetId));
    }

    private async Task<Target> FindTargetAsync(
        NpgsqlConnection connection,
        Guid communityId,
        Guid targetId,
        CancellationToken ct
    )
    {
        var instance = await instanceRoles.FindAsync(targetId, ct) ?? InstanceRole.None;
        var (exists, row) = await connection.FirstAsync(
            """
            select true, (select role from community_members where community_id = $1 and user_id = $2)
            from mt_doc_user where id = $2
            """,
            row => (row.GetBoolean(0), row.GetRole(1)),
            ct,
            communityId,
            targetId
        );
        return new Target(exists, row, instance);
    }

    /// <summary>What the person to be removed is.</summary>
    /// <param name="Exists">Whether there is such an account.</param>
    /// <param name="Row">The stored role in the community; null for people who are no members.</param>
    /// <param name="Instance">What they are on the instance.</param>
    internal sealed record Target(bool Exists, SpaceRole? Row, InstanceRole Instance)
    {
        private int Level => Spaces.Level.Of(Instance, Row);

        /// <summary>
        /// Why this actor may not remove the member, or null. Nobody removes the owner: the community would be
        /// nobody's.
        /// </summary>
        public Failure? Refusal(CommunityStanding actor) =>
            !Spaces.Level.Outranks(actor.Level, Level) ? Failure.Forbidden
            : Row is SpaceRole.Owner ? Failure.Validation("the owner cannot be removed; transfer ownership first")
            : null;
    }
}
