using System.Text.Json.Nodes;
using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Features.Frames;
using Chatalot.Features.Pictures;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Communities;

/// <summary>
/// DELETE /api/communities/{cid}: delete a community with everything in it. Owner, instance owner and admins.
/// </summary>
internal sealed class DeleteCommunity(
    CommunityGate communities,
    NpgsqlDataSource database,
    ChannelMembership membership,
    SpacePictures pictures,
    SpaceNews news,
    TimeProvider clock
) : Endpoint<DeleteCommunity.Command>
{
    public sealed record Command(Guid Cid);

    public override void Configure()
    {
        Delete("/api/communities/{cid}");
        Summary("Delete a community with its channels, their messages and files", 403, 404);
    }

    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await connection.ExecuteAsync("select from mt_doc_community where id = $1 for update", ct, command.Cid);
        await communities.RequireAsync(connection, command.Cid, User.Id(), CommunityAction.Delete, ct);
        var members = await Audience.OfCommunityAsync(connection, command.Cid, ct);
        var shown = await SpacePictures.FindAsync(connection, command.Cid, ct);
        var groups = await AudiencesAsync(connection, command.Cid, ct);
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
        var name = await connection.FirstAsync(
            "delete from mt_doc_community where id = $1 returning name",
            row => row.GetString(0),
            ct,
            command.Cid
        );
        await new Act("community_deleted")
        {
            CommunityId = command.Cid,
            Facts = new JsonObject { ["community_name"] = name },
        }.RecordAsync(connection, HttpContext, clock.GetUtcNow(), ct);
        await transaction.CommitAsync(CancellationToken.None);

        await membership.ClosedAsync(channels);
        foreach (var (groupId, audience) in groups)
            news.TellPeople(audience, new GroupDeletedFrame(groupId));
        news.TellPeople(members, new CommunityDeletedFrame(command.Cid));
        await pictures.DeleteAsync(shown);
        return null;
    }

    /// <summary>Each group with those who may know of it.</summary>
    private static async Task<List<(Guid GroupId, List<Guid> Audience)>> AudiencesAsync(
        NpgsqlConnection connection,
        Guid communityId,
        CancellationToken ct
    )
    {
        var groups = await connection.ListAsync(
            "select id from mt_doc_group where community_id = $1",
            row => row.GetGuid(0),
            ct,
            communityId
        );
        var audiences = new List<(Guid, List<Guid>)>(groups.Count);
        foreach (var groupId in groups)
            audiences.Add((groupId, await Audience.OfGroupAsync(connection, groupId, ct)));
        return audiences;
    }
}
