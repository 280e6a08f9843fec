using Chatalot.Features.Accounts;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Groups;

/// <summary>
/// POST /api/groups/{id}/invites: make an invite. Group owner and admins; for a personal group that allows none,
/// community moderators only.
/// </summary>
internal sealed class CreateGroupInvite(GroupGate groups, NpgsqlDataSource database, TimeProvider clock)
    : Endpoint<CreateGroupInvite.Command, GroupInviteResponse>
{
    public sealed record Command(Guid Id, int? MaxUses, int? ExpiresInHours);

    public sealed class Rules : Validator<Command>
    {
        public Rules()
        {
            RuleFor(c => c.MaxUses).MaxUses();
            RuleFor(c => c.ExpiresInHours).ExpiresInHours();
        }
    }

    public override void Configure()
    {
        Post("/api/groups/{id}/invites");
        Summary("Create an invite to a group", 403, 404);
        DontThrowIfValidationFails();
    }

    public override async Task<GroupInviteResponse> ExecuteAsync(Command command, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        // Whoever takes the right away ends the invites made by it: this one comes before that, or not at all.
        await connection.LockMembershipsAsync(User.Id(), ct);
        await LockAsync(connection, command.Id, ct);
        var standing = await groups.FindAsync(connection, command.Id, User.Id(), ct);
        if (standing.Refusal(GroupAction.ManageInvites) is { } refusal)
            throw refusal.AsException();
        var (allowsInvites, active) = await FindAsync(connection, command.Id, now, ct);
        if (standing.IsPersonal && !allowsInvites && !standing.ModeratesCommunity)
            throw Failure.Validation("invites are disabled for this personal group").AsException();
        ThrowIfAnyErrors();
        if (active >= InviteRules.ActivePerSpace)
            throw InviteRules.TooMany.AsException();

        GroupInviteResponse? invite;
        do invite = await InsertAsync(connection, command, now, ct);
        while (invite is null);
        await (
            InviteTrail.About("group_invite_created", invite.Id) with
            {
                CommunityId = standing.CommunityId,
                GroupId = command.Id,
            }
        ).RecordAsync(connection, HttpContext, now, ct);
        await transaction.CommitAsync(CancellationToken.None);
        return invite;
    }

    /// <summary>Roles change in the group and in the community above it, which carries into it.</summary>
    private static async Task LockAsync(NpgsqlConnection connection, Guid groupId, CancellationToken ct)
    {
        await connection.ExecuteAsync(
            """
            select from mt_doc_community
            where id = (select community_id from mt_doc_group where id = $1) for share
            """,
            ct,
            groupId
        );
        await connection.ExecuteAsync("select from mt_doc_group where id = $1 for share", ct, groupId);
    }

    private static Task<(bool AllowsInvites, long Active)> FindAsync(
        NpgsqlConnection connection,
        Guid groupId,
        DateTimeOffset now,
        CancellationToken ct
    ) =>
        connection.FirstAsync(
            """
            select (space.data ->> 'allow_invites')::boolean,
                   (select count(*) from group_invites
                    where group_id = space.id and (expires_at is null or expires_at > $2)
                      and (max_uses is null or used_count < max_uses))
            from mt_doc_group space
            where space.id = $1
            """,
            row => (row.GetBoolean(0), row.GetInt64(1)),
            ct,
            groupId,
            now
        );

    /// <summary>Null when another invite has the code by chance.</summary>
    private Task<GroupInviteResponse?> InsertAsync(
        NpgsqlConnection connection,
        Command command,
        DateTimeOffset now,
        CancellationToken ct
    ) =>
        connection.FirstAsync(
            $"""
            insert into group_invites (id, code, group_id, max_uses, expires_at, created_by, created_at)
            values ($1, $2, $3, $4, $5, $6, $7)
            on conflict (code) do nothing
            returning {GroupInviteResponse.Columns}
            """,
            GroupInviteResponse.Read,
            ct,
            Guid.CreateVersion7(now),
            InviteCode.Create(),
            command.Id,
            command.MaxUses,
            command.ExpiresInHours is { } hours ? now.AddHours(hours) : null,
            User.Id(),
            now
        );
}
