using Chatalot.Features.Accounts;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;

namespace Chatalot.Features.Channels;

/// <summary>
/// GET /api/channels: every channel that the caller is a member of, direct messages included, oldest first.
/// </summary>
internal sealed class ListChannels(IQuerySession documents) : EndpointWithoutRequest<IReadOnlyList<ChannelResponse>>
{
    public override void Configure()
    {
        Get("/api/channels");
        Summary("List the caller's channels");
    }

    public override async Task<IReadOnlyList<ChannelResponse>> ExecuteAsync(CancellationToken ct)
    {
        var channels = await documents.QueryAsync<Channel>(
            """
            select channel.data
            from channel_members member
            join mt_doc_channel channel on channel.id = member.channel_id
            where member.user_id = ?
            """,
            ct,
            User.Id()
        );
        // Ordered here: the database would carry whole documents through its sort, which took longer than reading them.
        return
        [
            .. channels
                .OrderBy(channel => channel.CreatedAt)
                .ThenBy(channel => channel.Id)
                .Select(ChannelResponse.From),
        ];
    }
}
