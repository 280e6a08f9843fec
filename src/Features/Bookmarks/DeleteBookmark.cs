using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Bookmarks;

/// <summary>DELETE /api/bookmarks/{bookmark_id}: forget one of the caller's own bookmarks.</summary>
internal sealed class DeleteBookmark(NpgsqlDataSource database) : Endpoint<DeleteBookmark.Command>
{
    public sealed record Command(Guid BookmarkId);

    public override void Configure()
    {
        Delete("/api/bookmarks/{bookmark_id}");
        Summary("Remove a bookmark", 404);
    }

    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        var removed = await database.ExecuteAsync(
            "delete from bookmarks where id = $1 and user_id = $2",
            ct,
            command.BookmarkId,
            User.Id()
        );
        return removed > 0 ? null : throw Failure.NotFound("bookmark not found").AsException();
    }
}
