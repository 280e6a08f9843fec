using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Announcements;

/// <summary>GET /api/admin/announcements: the latest 100, newest first.</summary>
internal sealed class ListAllAnnouncements(NpgsqlDataSource database)
    : EndpointWithoutRequest<IReadOnlyList<AnnouncementResponse>>
{
    private const int Most = 100;

    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/admin/announcements");
        Policies(InstancePolicy.Operator);
        Summary("List all announcements", 403);
    }

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<AnnouncementResponse>> ExecuteAsync(CancellationToken ct) =>
        await database.ListAsync(
            $"""
            select {AnnouncementResponse.Columns} from announcements a
            order by a.created_at desc, a.id desc limit $1
            """,
            AnnouncementResponse.Read,
            ct,
            Most
        );
}
