using Chatalot.Features.Accounts;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Groups;

/// <summary>DELETE /api/groups/{id}/invites/{invite_id}: take back an invite. Group owner and admins.</summary>
internal sealed class DeleteGroupInvite(GroupGate groups, NpgsqlDataSource database, TimeProvider clock)
    : Endpoint<DeleteGroupInvite.Command>
{
    public sealed record Command(Guid Id, Guid InviteId);

    public override void Configure()
    {
        Delete("/api/groups/{id}/invites/{invite_id}");
        Summary("Delete an invite to a group", 403, 404);
    }

    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        var standing = await groups.RequireAsync(command.Id, User.Id(), GroupAction.ManageInvites, ct);
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var deleted = await connection.ExecuteAsync(
            "delete from group_invites where id = $1 and group_id = $2",
            ct,
            command.InviteId,
            command.Id
        );
        if (deleted == 0)
            throw InviteCode.NotFound.AsException();
        await (
            InviteTrail.About("group_invite_deleted", command.InviteId) with
            {
                CommunityId = standing.CommunityId,
                GroupId = command.Id,
            }
        ).RecordAsync(connection, HttpContext, clock.GetUtcNow(), ct);
        await transaction.CommitAsync(CancellationToken.None);
        return null;
    }
}
