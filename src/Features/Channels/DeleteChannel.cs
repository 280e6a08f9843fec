using Chatalot.Shared.Endpoints;

namespace Chatalot.Features.Channels;

/// <summary>
/// DELETE /api/channels/{id}: delete a channel with everything in it. Its owner, those who manage its group's channels,
/// instance owner and admins; nobody deletes direct messages.
/// </summary>
internal sealed class DeleteChannel(ChannelDeletion deletion) : Endpoint<DeleteChannel.Command>
{
    public sealed record Command(Guid Id);

    public override void Configure()
    {
        Delete("/api/channels/{id}");
        Summary("Delete a channel with its messages and files", 403, 404);
    }

    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        await deletion.DeleteAsync(HttpContext, command.Id, relation => relation.RefusalToEdit, ct);
        return null;
    }
}
