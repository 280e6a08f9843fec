using Chatalot.Features.Channels;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;

namespace Chatalot.Features.Moderation;

/// <summary>
/// POST /api/channels/{id}/members/{user_id}/kick: end somebody's membership in the channel. Channel moderators and
/// above, on whom they outrank.
/// </summary>
internal sealed class KickFromChannel(ChannelRemoval removal) : Endpoint<KickFromChannel.Command>
{
    public sealed record Command(Guid Id, Guid UserId);

    public override void Configure()
    {
        Post("/api/channels/{id}/members/{user_id}/kick");
        Summary("Kick a member from a channel", 403, 404);
    }

    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        await removal.RemoveAsync(
            HttpContext,
            new Act("channel_kick") { ChannelId = command.Id, TargetId = command.UserId },
            RemovalKind.Kick,
            alongside: null,
            ct
        );
        return null;
    }
}
