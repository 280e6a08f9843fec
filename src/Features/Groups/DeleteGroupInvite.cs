using Chatalot.Features.Accounts;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Npgsql;

namespace Chatalot.Features.Groups;

/// <summary>DELETE /api/groups/{id}/invites/{invite_id}: take back an invite. Group owner and admins.</summary>
internal sealed class DeleteGroupInvite(GroupGate groups, NpgsqlDataSource database)
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
        await groups.RequireAsync(command.Id, User.Id(), GroupAction.ManageInvites, ct);
        var deleted = await database.ExecuteAsync(
            "delete from group_invites where id = $1 and group_id = $2",
            ct,
            command.InviteId,
            command.Id
        );
        return deleted > 0 ? null : throw InviteCode.NotFound.AsException();
    }
}
