using System.Text.Json.Nodes;
using Chatalot.Features.Accounts;
using Chatalot.Features.Frames;
using Chatalot.Features.Pictures;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Npgsql;

namespace Chatalot.Features.Channels;

/// <summary>
/// DELETE /api/channels/{id}: delete a channel with everything in it. Its owner, those who manage its group's channels,
/// instance owner and admins; nobody deletes direct messages.
/// </summary>
internal sealed class DeleteChannel(
    ChannelGate channels,
    NpgsqlDataSource database,
    ChannelMembership membership,
    SpacePictures pictures,
    SpaceNews news,
    TimeProvider clock
) : Endpoint<DeleteChannel.Command>
{
    public sealed record Command(Guid Id);

    public override void Configure()
    {
        Delete("/api/channels/{id}");
        Summary("Delete a channel", 403, 404);
    }

    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await connection.ExecuteAsync("select from mt_doc_channel where id = $1 for update", ct, command.Id);
        var relation = await channels.FindAsync(connection, command.Id, User.Id(), ct);
        if (relation.RefusalToEdit is { } refusal)
            throw refusal.AsException();
        var audience = await Audience.OfChannelAsync(connection, command.Id, ct);
        var shown = await SpacePictures.FindAsync(connection, command.Id, ct);
        await connection.ExecuteAsync("delete from mt_doc_channel where id = $1", ct, command.Id);
        await Deleted(relation.Channel).RecordAsync(connection, HttpContext, clock.GetUtcNow(), ct);
        await transaction.CommitAsync(ct);

        await membership.ClosedAsync([command.Id]);
        news.TellPeople(audience, new ChannelDeletedFrame(command.Id));
        await pictures.DeleteAsync(shown);
        return null;
    }

    /// <summary>The entry of the trail.</summary>
    internal static Act Deleted(Channel channel) =>
        ChannelNews.About("channel_deleted", channel) with
        {
            Facts = new JsonObject { ["channel_name"] = channel.Name },
        };
}
