using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Features.Frames;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Communities;

/// <summary>
/// POST /api/community-invites/{code}/accept: become a member of the community, its public groups and their
/// discoverable channels, all in one transaction.
/// </summary>
internal sealed class AcceptCommunityInvite(
    NpgsqlDataSource database,
    ChannelMembership membership,
    SpaceNews news,
    TimeProvider clock
) : Endpoint<AcceptCommunityInvite.Command, AcceptCommunityInvite.Response>
{
    public sealed record Command(string Code);

    public sealed record Response(Guid CommunityId, string CommunityName);

    public override void Configure()
    {
        Post("/api/community-invites/{code}/accept");
        Summary("Join a community by invite", 403, 404, 409);
    }

    public override async Task<Response> ExecuteAsync(Command command, CancellationToken ct)
    {
        if (InviteCode.IsTooLong(command.Code))
            throw Failure.Validation("invalid invite code").AsException();

        var now = clock.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await connection.LockMembershipsAsync(User.Id(), ct);
        var invite = await LockAsync(connection, command.Code, ct) ?? throw InviteCode.NotFound.AsException();
        var (isBanned, isMember) = await FindCallerAsync(connection, invite.CommunityId, ct);
        if (Refusal(invite.State, isBanned, isMember, now) is { } refusal)
            throw refusal.AsException();

        await connection.ExecuteAsync(
            """
            with counted as (update community_invites set used_count = used_count + 1 where id = $1)
            insert into community_members (community_id, user_id, role, joined_at) values ($2, $3, 0, $4)
            """,
            ct,
            invite.Id,
            invite.CommunityId,
            User.Id(),
            now
        );
        var joined = await connection.JoinGroupsAsync(
            User.Id(),
            await PublicGroupsAsync(connection, invite.CommunityId, ct),
            now,
            ct
        );
        var members = await Audience.OfCommunityAsync(connection, invite.CommunityId, ct);
        await transaction.CommitAsync(CancellationToken.None);

        await membership.GainedAsync(joined, User.Id());
        news.TellPeople(members, new MemberJoinedFrame(invite.CommunityId, GroupId: null, ChannelId: null, User.Id()));
        return new Response(invite.CommunityId, invite.CommunityName);
    }

    /// <summary>Why the invite does not let this person in, or null when it does.</summary>
    internal static Failure? Refusal(InviteState invite, bool isBanned, bool isMember, DateTimeOffset now) =>
        invite.Refusal(now) is { } refusal ? Failure.Validation(refusal)
        : isBanned ? Failure.Forbidden
        : isMember ? Failure.Conflict("already a member of this community")
        : null;

    /// <summary>
    /// Two who accept the same invite come one after the other, so that its uses are counted right. The lock on the
    /// community lets a ban, or a group that is being created, end first; members who join do not wait for each other.
    /// </summary>
    private static Task<Invite?> LockAsync(NpgsqlConnection connection, string code, CancellationToken ct) =>
        connection.FirstAsync(
            """
            select invite.id, invite.community_id, space.name, invite.max_uses, invite.used_count, invite.expires_at
            from community_invites invite
            join mt_doc_community space on space.id = invite.community_id
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

    private Task<(bool IsBanned, bool IsMember)> FindCallerAsync(
        NpgsqlConnection connection,
        Guid communityId,
        CancellationToken ct
    ) =>
        connection.FirstAsync(
            """
            select exists (select from community_bans where community_id = $1 and user_id = $2),
                   exists (select from community_members where community_id = $1 and user_id = $2)
            """,
            row => (row.GetBoolean(0), row.GetBoolean(1)),
            ct,
            communityId,
            User.Id()
        );

    private static Task<List<Guid>> PublicGroupsAsync(
        NpgsqlConnection connection,
        Guid communityId,
        CancellationToken ct
    ) =>
        connection.ListAsync(
            "select id from mt_doc_group where community_id = $1 and visibility = 'public'",
            row => row.GetGuid(0),
            ct,
            communityId
        );

    private sealed record Invite(Guid Id, Guid CommunityId, string CommunityName, InviteState State);
}
