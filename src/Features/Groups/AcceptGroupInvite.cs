using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Features.Frames;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Groups;

/// <summary>
/// POST /api/invites/{code}/accept: become a member of the group and its discoverable channels, in one transaction. For
/// members of the community, and the instance owner.
/// </summary>
internal sealed class AcceptGroupInvite(
    GroupGate groups,
    NpgsqlDataSource database,
    ChannelMembership membership,
    SpaceNews news,
    TimeProvider clock
) : Endpoint<AcceptGroupInvite.Command, AcceptGroupInvite.Response>
{
    public sealed record Command(string Code);

    public sealed record Response(Guid GroupId, string GroupName);

    public override void Configure()
    {
        Post("/api/invites/{code}/accept");
        Summary("Join a group by invite", 404, 409);
    }

    public override async Task<Response> ExecuteAsync(Command command, CancellationToken ct)
    {
        if (InviteCode.IsTooLong(command.Code))
            throw InviteCode.NotFound.AsException();

        var now = clock.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await connection.LockMembershipsAsync(User.Id(), ct);
        var invite = await LockAsync(connection, command.Code, ct) ?? throw InviteCode.NotFound.AsException();
        var standing = await groups.FindAsync(connection, invite.GroupId, User.Id(), ct);
        if (Refusal(invite.State, standing, now) is { } refusal)
            throw refusal.AsException();

        await connection.ExecuteAsync(
            "update group_invites set used_count = used_count + 1 where id = $1",
            ct,
            invite.Id
        );
        var joined = await connection.JoinGroupsAsync(User.Id(), [invite.GroupId], now, ct);
        var members = await Audience.OfGroupMembersAsync(connection, invite.GroupId, ct);
        await transaction.CommitAsync(CancellationToken.None);

        await membership.GainedAsync(joined, User.Id());
        news.TellPeople(members, new MemberJoinedFrame(CommunityId: null, invite.GroupId, ChannelId: null, User.Id()));
        return new Response(invite.GroupId, invite.GroupName);
    }

    /// <summary>Why the invite does not let this person in, or null when it does.</summary>
    internal static Failure? Refusal(InviteState invite, GroupStanding standing, DateTimeOffset now) =>
        invite.Refusal(now) is { } refusal ? Failure.Validation(refusal)
        : standing is { CommunityRow: null, Instance: not InstanceRole.Owner }
            ? Failure.Validation("you must be a member of this community to join this group")
        : standing.Row is not null ? Failure.Conflict("already a member of this group")
        : null;

    /// <summary>
    /// As with communities: one use after the other, and no change of the group or its channels meanwhile.
    /// </summary>
    private static Task<Invite?> LockAsync(NpgsqlConnection connection, string code, CancellationToken ct) =>
        connection.FirstAsync(
            """
            select invite.id, invite.group_id, space.name, invite.max_uses, invite.used_count, invite.expires_at
            from group_invites invite
            join mt_doc_group space on space.id = invite.group_id
            where invite.code = $1
            for update of invite for share of space
            """,
            row => new Invite(
                row.GetGuid(0),
                row.GetGuid(1),
                row.GetString(2),
                new InviteState(row.GetNumber(3), row.GetInt32(4), row.GetTime(5))
            ),
            ct,
            code
        );

    private sealed record Invite(Guid Id, Guid GroupId, string GroupName, InviteState State);
}
