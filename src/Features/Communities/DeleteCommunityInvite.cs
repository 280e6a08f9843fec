using Chatalot.Features.Accounts;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Communities;

/// <summary>DELETE /api/communities/{cid}/invites/{iid}: take back an invite. Admins and above.</summary>
internal sealed class DeleteCommunityInvite(CommunityGate communities, NpgsqlDataSource database, TimeProvider clock)
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
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var deleted = await connection.ExecuteAsync(
            "delete from community_invites where id = $1 and community_id = $2",
            ct,
            command.Iid,
            command.Cid
        );
        if (deleted == 0)
            throw InviteCode.NotFound.AsException();
        await (
            InviteTrail.About("community_invite_deleted", command.Iid) with
            {
                CommunityId = command.Cid,
            }
        ).RecordAsync(connection, HttpContext, clock.GetUtcNow(), ct);
        await transaction.CommitAsync(CancellationToken.None);
        return null;
    }
}
