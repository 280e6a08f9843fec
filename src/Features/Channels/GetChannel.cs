using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;

namespace Chatalot.Features.Channels;

/// <summary>GET /api/channels/{id}: one channel, for its members.</summary>
internal sealed class GetChannel(ChannelGate channels) : Endpoint<GetChannel.Query, ChannelResponse>
{
    public sealed record Query(Guid Id);

    public override void Configure()
    {
        Get("/api/channels/{id}");
        Summary("Get a channel", 403, 404);
    }

    public override async Task<ChannelResponse> ExecuteAsync(Query query, CancellationToken ct)
    {
        var relation = await channels.RequireMemberAsync(query.Id, User.Id(), ct);
        return ChannelResponse.From(relation.Channel);
    }
}
