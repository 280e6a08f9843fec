using System.Text.Json.Nodes;
using Chatalot.Features.Accounts;
using Chatalot.Features.Frames;
using Chatalot.Features.Pictures;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Communities;

/// <summary>DELETE /api/communities/{cid}/emojis/{eid}: remove a custom emoji. Admins and above.</summary>
internal sealed class DeleteEmoji(
    CommunityGate communities,
    PictureStore pictures,
    NpgsqlDataSource database,
    SpaceNews news,
    TimeProvider clock
) : Endpoint<DeleteEmoji.Command>
{
    public sealed record Command(Guid Cid, Guid Eid);

    public override void Configure()
    {
        Delete("/api/communities/{cid}/emojis/{eid}");
        Summary("Remove a custom emoji", 403, 404);
    }

    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await communities.RequireAsync(connection, command.Cid, User.Id(), CommunityAction.ManageEmoji, ct);
        var (fileName, shortcode) = await connection.FirstAsync(
            "delete from custom_emojis where id = $1 and community_id = $2 returning file_name, shortcode",
            row => (row.GetString(0), row.GetString(1)),
            ct,
            command.Eid,
            command.Cid
        );
        if (fileName is null)
            throw Failure.NotFound("emoji not found").AsException();
        await new Act("emoji_removed")
        {
            CommunityId = command.Cid,
            Facts = new JsonObject { ["shortcode"] = shortcode },
        }.RecordAsync(connection, HttpContext, clock.GetUtcNow(), ct);
        var members = await Audience.OfCommunityAsync(connection, command.Cid, ct);
        await transaction.CommitAsync(CancellationToken.None);

        await pictures.DeleteAsync(PictureFolder.Emojis, fileName, command.Cid);
        news.TellPeople(members, new CommunityEmojisUpdatedFrame(command.Cid));
        return null;
    }
}
