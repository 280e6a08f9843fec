using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Features.Pictures;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Json;

namespace Chatalot.Features.Groups;

/// <summary>
/// PATCH /api/groups/{group_id}/channels/{channel_id}: change name, topic, modes or the picture behind calls. Group
/// owner and admins.
/// </summary>
internal sealed class UpdateGroupChannel(
    GroupGate groups,
    ChannelGate channels,
    PictureStore pictures,
    IDocumentStore documents,
    ChannelMembership membership,
    SpaceNews news,
    TimeProvider clock
) : Endpoint<UpdateGroupChannel.Command, ChannelResponse>
{
    public sealed record Command(
        Guid GroupId,
        Guid ChannelId,
        string? Name,
        string? Topic,
        bool? ReadOnly,
        int? SlowModeSeconds,
        bool? Discoverable,
        bool? Archived,
        Optional<string> VoiceBackground
    ) : IChannelEdit;

    public sealed class Rules : Validator<Command>
    {
        public Rules()
        {
            this.NameTopicAndSlowMode();
            this.VoiceBackground();
        }
    }

    public override void Configure()
    {
        Patch("/api/groups/{group_id}/channels/{channel_id}");
        Summary("Change a channel of a group", 403, 404, 409);
        DontThrowIfValidationFails();
    }

    public override async Task<ChannelResponse> ExecuteAsync(Command command, CancellationToken ct)
    {
        await groups.RequireAsync(command.GroupId, User.Id(), GroupAction.ManageChannels, ct);
        ThrowIfAnyErrors();
        await channels.RequireInGroupAsync(command.ChannelId, command.GroupId, User.Id(), ct);

        string? shown = null;
        var updated = await documents.EditAsync<Channel>(
            command.ChannelId,
            channel =>
            {
                shown = channel.VoiceBackground;
                return channel.With(command, clock.GetUtcNow());
            },
            ChannelGate.NotFound,
            ct,
            (unit, channel) => ChannelNews.Updated(channel).Queue(unit, HttpContext, clock.GetUtcNow())
        );
        await pictures.DeleteReplacedAsync(PictureFolder.GroupAssets, updated.Id, [shown], [updated.VoiceBackground]);
        await membership.ChannelChangedAsync(updated.Id);
        news.TellSubscribers(updated.Id, updated.ToFrame());
        return ChannelResponse.From(updated);
    }
}
