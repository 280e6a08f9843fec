using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Features.Pictures;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;

namespace Chatalot.Features.Groups;

/// <summary>
/// POST /api/groups/{group_id}/channels/{channel_id}/voice-background: upload the picture behind a channel's calls.
/// Group owner and admins.
/// </summary>
internal sealed class UploadChannelVoiceBackground(
    GroupGate groups,
    ChannelGate channels,
    PictureStore pictures,
    IDocumentStore documents,
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
        Summary("Upload the picture behind a channel's calls", 403, 404, 507);
        AllowFileUploads();
    }

    public override async Task<ChannelResponse> ExecuteAsync(Command command, CancellationToken ct)
    {
        await groups.RequireAsync(command.GroupId, User.Id(), GroupAction.ManageChannels, ct);
        await channels.RequireInGroupAsync(command.ChannelId, command.GroupId, User.Id(), ct);
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

    private async Task<(Channel Result, IReadOnlyList<string?> Before, IReadOnlyList<string?> Now)> PointAsync(
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
        return (updated, [before], [updated.VoiceBackground]);
    }
}
