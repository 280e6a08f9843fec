using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Npgsql;

namespace Chatalot.Features.Groups;

/// <summary>
/// DELETE /api/groups/{group_id}/channels/{channel_id}: delete a channel with everything in it. Group owner and admins.
/// </summary>
internal sealed class DeleteGroupChannel(GroupGate groups, NpgsqlDataSource database, ChannelMembership membership)
    : Endpoint<DeleteGroupChannel.Command>
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
        var deleted = await database.ExecuteAsync(
            "delete from mt_doc_channel where id = $1 and group_id = $2",
            ct,
            command.ChannelId,
            command.GroupId
        );
        if (deleted == 0)
            throw ChannelGate.NotFound.AsException();
        await membership.ClosedAsync([command.ChannelId]);
        return null;
    }
}
