using Chatalot.Features.Accounts;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Bookmarks;

/// <summary>
/// GET /api/bookmarks: the caller's bookmarks, the latest first; also of channels that they have left.
/// </summary>
internal sealed class ListBookmarks(NpgsqlDataSource database)
    : Endpoint<ListBookmarks.Query, IReadOnlyList<BookmarkResponse>>
{
    private const int LimitByDefault = 100;

    public sealed record Query(int? Limit, int? Offset);

    public override void Configure()
    {
        Get("/api/bookmarks");
        Summary("List the caller's bookmarks, newest first");
    }

    public override async Task<IReadOnlyList<BookmarkResponse>> ExecuteAsync(Query query, CancellationToken ct)
    {
        var page = Page.Of(query.Limit, query.Offset, LimitByDefault);
        return await database.ListAsync(
            $"""
            select {BookmarkResponse.Columns} from bookmarks where user_id = $1
            order by uuid_send(id) desc limit $2 offset $3
            """,
            BookmarkResponse.From,
            ct,
            User.Id(),
            page.Limit,
            page.Offset
        );
    }
}
