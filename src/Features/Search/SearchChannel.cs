using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Features.Messages;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;

namespace Chatalot.Features.Search;

/// <summary>
/// GET /api/channels/{channel_id}/messages/search: find messages of a channel by their text, the newest first. Members
/// only. Encrypted messages cannot be found: the server does not know what they say.
/// </summary>
internal sealed class SearchChannel(ChannelAccess access, MessageSearch search)
    : Endpoint<SearchChannel.Query, IReadOnlyList<MessageResponse>>
{
    public sealed record Query(
        Guid ChannelId,
        string Q,
        int? Limit,
        string? Sender,
        string? After,
        string? Before,
        bool? HasFile,
        Guid? Cursor,
        string? Sort
    ) : ISearchQuery;

    public override void Configure()
    {
        Get("/api/channels/{channel_id}/messages/search");
        Summary("Search one channel", 403, 429);
    }

    public override async Task<IReadOnlyList<MessageResponse>> ExecuteAsync(Query query, CancellationToken ct)
    {
        if (await access.FindAsync(query.ChannelId, User.Id(), ct) is null)
            throw Failure.Forbidden.AsException();
        return await search.FindAsync(SearchFilters.Of(query), [query.ChannelId], User.Id(), ct);
    }
}
