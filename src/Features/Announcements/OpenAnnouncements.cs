using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Announcements;

/// <summary>
/// What the caller has not dismissed, newest first, at most 50. New accounts see what was told within the 30 days
/// before they came, not the banners of years.
/// </summary>
internal abstract class OpenAnnouncements(NpgsqlDataSource database, TimeProvider clock)
    : EndpointWithoutRequest<IReadOnlyList<AnnouncementResponse>>
{
    private const int Most = 50;

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<AnnouncementResponse>> ExecuteAsync(CancellationToken ct) =>
        await database.ListAsync(
            $"""
            select {AnnouncementResponse.Columns} from announcements a
            where (a.expires_at is null or a.expires_at > $2)
              and a.created_at > (
                  select (account.data ->> 'created_at')::timestamptz - interval '30 days'
                  from mt_doc_user account where account.id = $1
              )
              and not exists (
                  select from announcement_dismissals d where d.user_id = $1 and d.announcement_id = a.id
              )
            order by a.created_at desc, a.id desc limit {Most}
            """,
            AnnouncementResponse.Read,
            ct,
            User.Id(),
            clock.GetUtcNow()
        );
}

/// <summary>GET /api/announcements.</summary>
internal sealed class ListAnnouncements(NpgsqlDataSource database, TimeProvider clock)
    : OpenAnnouncements(database, clock)
{
    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/announcements");
        Summary("Announcements that the caller has not dismissed");
    }
}

/// <summary>GET /api/account/announcements: the same by its other path.</summary>
internal sealed class ListAccountAnnouncements(NpgsqlDataSource database, TimeProvider clock)
    : OpenAnnouncements(database, clock)
{
    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/account/announcements");
        Summary("Announcements that the caller has not dismissed");
    }
}
