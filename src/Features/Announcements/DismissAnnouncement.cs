using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Announcements;

/// <summary>An announcement that the caller does not want to see again.</summary>
/// <param name="Id">Which.</param>
internal sealed record Dismissal(Guid Id);

/// <summary>Hides an announcement from the caller; repeated, nothing more happens.</summary>
internal abstract class Dismissing(NpgsqlDataSource database, TimeProvider clock) : Endpoint<Dismissal>
{
    /// <inheritdoc/>
    public override async Task<object?> ExecuteAsync(Dismissal dismissal, CancellationToken ct)
    {
        var isKnown = await database.FirstAsync(
            """
            with known as (select id from announcements where id = $1 for key share),
            dismissed as (
                insert into announcement_dismissals (user_id, announcement_id, dismissed_at)
                select $2, id, $3 from known on conflict do nothing
            )
            select exists (select from known)
            """,
            row => row.GetBoolean(0),
            ct,
            dismissal.Id,
            User.Id(),
            clock.GetUtcNow()
        );
        return isKnown ? null : throw Failure.NotFound("announcement not found").AsException();
    }
}

/// <summary>POST /api/announcements/{id}/dismiss.</summary>
internal sealed class DismissAnnouncement(NpgsqlDataSource database, TimeProvider clock) : Dismissing(database, clock)
{
    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/announcements/{id}/dismiss");
        Summary("Dismiss an announcement", 404);
    }
}

/// <summary>POST /api/account/announcements/{id}/dismiss: the same by its other path.</summary>
internal sealed class DismissAccountAnnouncement(NpgsqlDataSource database, TimeProvider clock)
    : Dismissing(database, clock)
{
    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/account/announcements/{id}/dismiss");
        Summary("Dismiss an announcement", 404);
    }
}
