using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;

namespace Chatalot.Features.Groups;

/// <summary>
/// GET /api/groups/{id}/channels: the group's discoverable channels and the hidden ones that the caller is a member of,
/// oldest first.
/// </summary>
internal sealed class ListGroupChannels(GroupGate groups, IQuerySession documents)
    : Endpoint<ListGroupChannels.Query, IReadOnlyList<ChannelResponse>>
{
    public sealed record Query(Guid Id);

    public override void Configure()
    {
        Get("/api/groups/{id}/channels");
        Summary("List a group's channels", 403, 404);
    }

    public override async Task<IReadOnlyList<ChannelResponse>> ExecuteAsync(Query query, CancellationToken ct)
    {
        await groups.RequireAsync(query.Id, User.Id(), GroupAction.View, ct);
        var channels = await documents.QueryAsync<Channel>(
            """
            select channel.data
            from mt_doc_channel channel
            where channel.group_id = ?
              and (channel.discoverable
                   or exists (select from channel_members where channel_id = channel.id and user_id = ?))
            order by channel.created_at, channel.id
            """,
            ct,
            query.Id,
            User.Id()
        );
        return [.. channels.Select(ChannelResponse.From)];
    }
}
