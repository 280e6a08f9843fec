using Chatalot.Features.Accounts;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Npgsql;

namespace Chatalot.Features.Communities;

/// <summary>DELETE /api/communities/{cid}/invites/{iid}: take back an invite. Admins and above.</summary>
internal sealed class DeleteCommunityInvite(CommunityGate communities, NpgsqlDataSource database)
    : Endpoint<DeleteCommunityInvite.Command>
{
    public sealed record Command(Guid Cid, Guid Iid);

    public override void Configure()
    {
        Delete("/api/communities/{cid}/invites/{iid}");
        Summary("Delete an invite to a community", 403, 404);
    }

    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        await communities.RequireAsync(command.Cid, User.Id(), CommunityAction.ManageInvites, ct);
        var deleted = await database.ExecuteAsync(
            "delete from community_invites where id = $1 and community_id = $2",
            ct,
            command.Iid,
            command.Cid
        );
        return deleted > 0 ? null : throw InviteCode.NotFound.AsException();
    }
}
