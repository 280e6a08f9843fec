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
        var now = clock.GetUtcNow();
        var updated = await pictures.ReplaceAsync(
            HttpContext.Request,
            Background,
            command.ChannelId,
            now,
            address => PointAsync(command.ChannelId, address, now, ct),
            ct
        );
        await membership.ChannelChangedAsync(updated.Id);
        news.TellSubscribers(updated.Id, updated.ToFrame());
        return ChannelResponse.From(updated);
    }

    private async Task<(Channel Now, string? Before)> PointAsync(
        Guid channelId,
        string address,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        string? before = null;
        var updated = await documents.EditAsync<Channel>(
            channelId,
            channel =>
            {
                before = channel.VoiceBackground;
                return channel with { VoiceBackground = address, UpdatedAt = now };
            },
            ChannelGate.NotFound,
            ct,
            (unit, channel) => ChannelNews.Updated(channel).Queue(unit, HttpContext, now)
        );
        return (updated, before);
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
