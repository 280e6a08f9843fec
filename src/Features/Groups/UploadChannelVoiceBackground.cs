using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Features.Pictures;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Npgsql;

namespace Chatalot.Features.Groups;

/// <summary>
/// POST /api/groups/{group_id}/channels/{channel_id}/voice-background: upload the picture behind a channel's calls. Group
/// owner and admins.
/// </summary>
internal sealed class UploadChannelVoiceBackground(
    GroupGate groups,
    PictureStore pictures,
    IDocumentStore documents,
    NpgsqlDataSource database,
    ChannelMembership membership,
    SpaceNews news,
    TimeProvider clock
) : Endpoint<UploadChannelVoiceBackground.Command, ChannelResponse>
{
    private static readonly PictureRules Background = GroupPictures.Rules("background");

    public sealed record Command(Guid GroupId, Guid ChannelId);

    public override void Configure()
    {
        Post("/api/groups/{group_id}/channels/{channel_id}/voice-background");
        Summary("Upload the picture behind a channel's calls", 403, 404);
        AllowFileUploads();
    }

    public override async Task<ChannelResponse> ExecuteAsync(Command command, CancellationToken ct)
    {
        await groups.RequireAsync(command.GroupId, User.Id(), GroupAction.ManageChannels, ct);
        if (!await IsInGroupAsync(command, ct))
            throw ChannelGate.NotFound.AsException();
        await using var form = await pictures.ReadAsync(HttpContext.Request, Background, ct);
        await using var picture = await pictures.StoreAsync(form, command.ChannelId, ct);
        var now = clock.GetUtcNow();
        string? old = null;
        var updated = await documents.EditAsync<Channel>(
            command.ChannelId,
            channel =>
            {
                old = channel.VoiceBackground;
                return channel with
                {
                    VoiceBackground = picture.AddressBelow("/api/group-assets", now),
                    UpdatedAt = now,
                };
            },
            ChannelGate.NotFound,
            ct,
            (unit, channel) => ChannelNews.Updated(channel).Queue(unit, HttpContext, now)
        );
        picture.Keep();
        await pictures.DeleteAsync(PictureFolder.GroupAssets, old, command.ChannelId);
        await membership.ChannelChangedAsync(updated.Id);
        news.TellSubscribers(updated.Id, updated.ToFrame());
        return ChannelResponse.From(updated);
    }

    private Task<bool> IsInGroupAsync(Command command, CancellationToken ct) =>
        database.FirstAsync(
            "select exists (select from mt_doc_channel where id = $1 and group_id = $2)",
            row => row.GetBoolean(0),
            ct,
            command.ChannelId,
            command.GroupId
        );
}
