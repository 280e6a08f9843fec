using Chatalot.Features.Accounts;
using Chatalot.Features.Pictures;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Json;
using FluentValidation;

namespace Chatalot.Features.Channels;

/// <summary>
/// PATCH /api/channels/{id}: change name, topic, modes, message lifetime or the picture behind calls. Its owner, those
/// who manage its group's channels, instance owner and admins.
/// </summary>
internal sealed class UpdateChannel(
    ChannelGate channels,
    PictureStore pictures,
    IDocumentStore documents,
    ChannelMembership membership,
    SpaceNews news,
    TimeProvider clock
) : Endpoint<UpdateChannel.Command, ChannelResponse>
{
    public sealed record Command(
        Guid Id,
        string? Name,
        string? Topic,
        bool? ReadOnly,
        int? SlowModeSeconds,
        bool? Discoverable,
        bool? Archived,
        int? MessageTtlSeconds,
        Optional<string> VoiceBackground
    ) : IChannelEdit;

    public sealed class Rules : Validator<Command>
    {
        private const int ThirtyDays = 2_592_000;

        public Rules()
        {
            this.NameTopicAndSlowMode();
            RuleFor(c => c.MessageTtlSeconds)
                .InclusiveBetween(0, ThirtyDays)
                .WithMessage($"message_ttl_seconds must be between 0 and {ThirtyDays} (30 days)");
            this.VoiceBackground();
        }
    }

    public override void Configure()
    {
        Patch("/api/channels/{id}");
        Summary("Change a channel", 403, 404, 409);
        DontThrowIfValidationFails();
    }

    public override async Task<ChannelResponse> ExecuteAsync(Command command, CancellationToken ct)
    {
        var relation = await channels.FindAsync(command.Id, User.Id(), ct);
        if (relation.RefusalToEdit is { } refusal)
            throw refusal.AsException();
        ThrowIfAnyErrors();

        string? shown = null;
        var updated = await documents.EditAsync<Channel>(
            command.Id,
            channel =>
            {
                shown = channel.VoiceBackground;
                return WithLifetime(channel.With(command, clock.GetUtcNow()), command.MessageTtlSeconds);
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

    /// <summary>0 switches expiry off.</summary>
    private static Channel WithLifetime(Channel channel, int? seconds) =>
        seconds switch
        {
            null => channel,
            0 => channel with { MessageTtlSeconds = null },
            _ => channel with { MessageTtlSeconds = seconds },
        };
}
