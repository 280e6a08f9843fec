using Chatalot.Features.Accounts;
using Chatalot.Features.Messages;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Search;

/// <summary>
/// GET /api/messages/search: find messages by their text in all channels of the caller, direct messages included, the
/// newest first.
/// </summary>
internal sealed class SearchEverywhere(NpgsqlDataSource database, MessageSearch search)
    : Endpoint<SearchEverywhere.Query, IReadOnlyList<MessageResponse>>
{
    public sealed record Query(
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
        Get("/api/messages/search");
        Summary("Search all channels of the caller", 429);
    }

    public override async Task<IReadOnlyList<MessageResponse>> ExecuteAsync(Query query, CancellationToken ct)
    {
        var filters = SearchFilters.Of(query);
        var channels = await database.ListAsync(
            "select channel_id from channel_members where user_id = $1",
            row => row.GetGuid(0),
            ct,
            User.Id()
        );
        return await search.FindAsync(filters, channels, User.Id(), ct);
    }
}
