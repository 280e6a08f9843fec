using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Npgsql;

namespace Chatalot.Features.Communities;

/// <summary>
/// DELETE /api/communities/{cid}: delete a community with everything in it. Owner, instance owner and admins.
/// </summary>
internal sealed class DeleteCommunity(
    CommunityGate communities,
    NpgsqlDataSource database,
    ChannelMembership membership
) : Endpoint<DeleteCommunity.Command>
{
    public sealed record Command(Guid Cid);

    public override void Configure()
    {
        Delete("/api/communities/{cid}");
        Summary("Delete a community", 403, 404);
    }

    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await connection.ExecuteAsync("select from mt_doc_community where id = $1 for update", ct, command.Cid);
        await communities.RequireAsync(connection, command.Cid, User.Id(), CommunityAction.Delete, ct);
        var channels = await connection.ListAsync(
            """
            delete from mt_doc_channel
            where group_id in (select id from mt_doc_group where community_id = $1)
            returning id
            """,
            row => row.GetGuid(0),
            ct,
            command.Cid
        );
        await connection.ExecuteAsync("delete from mt_doc_community where id = $1", ct, command.Cid);
        await transaction.CommitAsync(ct);

        await membership.ClosedAsync(channels);
        return null;
    }
}
