using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Features.Frames;
using Chatalot.Features.Pictures;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Npgsql;

namespace Chatalot.Features.Groups;

/// <summary>
/// DELETE /api/groups/{group_id}/channels/{channel_id}: delete a channel with everything in it. Group owner and admins.
/// </summary>
internal sealed class DeleteGroupChannel(
    GroupGate groups,
    ChannelGate channels,
    NpgsqlDataSource database,
    ChannelMembership membership,
    SpacePictures pictures,
    SpaceNews news,
    TimeProvider clock
) : Endpoint<DeleteGroupChannel.Command>
{
    public sealed record Command(Guid GroupId, Guid ChannelId);

    public override void Configure()
    {
        Delete("/api/groups/{group_id}/channels/{channel_id}");
        Summary("Delete a channel of a group", 403, 404);
    }

    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        await groups.RequireAsync(command.GroupId, User.Id(), GroupAction.ManageChannels, ct);
        await channels.RequireInGroupAsync(command.ChannelId, command.GroupId, User.Id(), ct);
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var audience = await Audience.OfChannelAsync(connection, command.ChannelId, ct);
        var shown = await SpacePictures.FindAsync(connection, command.ChannelId, ct);
        var channel = await connection.FirstAsync(
            "delete from mt_doc_channel where id = $1 returning data",
            row => row.GetDocument(0, ChannelDocuments.Json),
            ct,
            command.ChannelId
        );
        if (channel is null)
            throw ChannelGate.NotFound.AsException();
        await DeleteChannel.Deleted(channel).RecordAsync(connection, HttpContext, clock.GetUtcNow(), ct);
        await transaction.CommitAsync(ct);

        await membership.ClosedAsync([command.ChannelId]);
        news.TellPeople(audience, new ChannelDeletedFrame(command.ChannelId));
        await pictures.DeleteAsync(shown);
        return null;
    }
}
