using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;

namespace Chatalot.Features.Groups;

/// <summary>
/// DELETE /api/groups/{group_id}/channels/{channel_id}: delete a channel with everything in it. Group owner and admins.
/// </summary>
internal sealed class DeleteGroupChannel(GroupGate groups, ChannelDeletion deletion)
    : Endpoint<DeleteGroupChannel.Command>
{
    public sealed record Command(Guid GroupId, Guid ChannelId);

    public override void Configure()
    {
        Delete("/api/groups/{group_id}/channels/{channel_id}");
        Summary("Delete a channel of a group with its messages and files", 403, 404);
    }

    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        await groups.RequireAsync(command.GroupId, User.Id(), GroupAction.ManageChannels, ct);
        await deletion.DeleteAsync(
            HttpContext,
            command.ChannelId,
            relation => relation.RefusalIn(command.GroupId) ?? relation.RefusalToEdit,
            ct
        );
        return null;
    }
}
