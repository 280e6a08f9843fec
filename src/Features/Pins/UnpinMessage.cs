using Chatalot.Features.Accounts;
using Chatalot.Features.Frames;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Chatalot.Shared.Realtime;
using Npgsql;

namespace Chatalot.Features.Pins;

/// <summary>
/// DELETE /api/channels/{channel_id}/pins/{message_id}: unpin a message of this channel. Moderators and above, instance
/// admins.
/// </summary>
internal sealed class UnpinMessage(PinRights rights, NpgsqlDataSource database, Rooms rooms)
    : Endpoint<UnpinMessage.Command>
{
    public sealed record Command(Guid ChannelId, Guid MessageId);

    public override void Configure()
    {
        Delete("/api/channels/{channel_id}/pins/{message_id}");
        Summary("Unpin a message", 403, 404);
    }

    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        await rights.RequireAsync(command.ChannelId, User.Id(), ct);
        var removed = await database.ExecuteAsync(
            "delete from pins where message_id = $1 and channel_id = $2",
            ct,
            command.MessageId,
            command.ChannelId
        );
        if (removed == 0)
            throw Failure.NotFound("pin not found").AsException();
        rooms.Publish(command.ChannelId, Wire.Of(new MessageUnpinnedFrame(command.MessageId, command.ChannelId)));
        return null;
    }
}
