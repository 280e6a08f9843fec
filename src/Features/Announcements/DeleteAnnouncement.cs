using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;

namespace Chatalot.Features.Announcements;

/// <summary>DELETE /api/admin/announcements/{id}: take an announcement back.</summary>
internal sealed class DeleteAnnouncement(IDocumentSession documents, TimeProvider clock)
    : Endpoint<DeleteAnnouncement.Command>
{
    /// <param name="Id">Which.</param>
    public sealed record Command(Guid Id);

    /// <inheritdoc/>
    public override void Configure()
    {
        Delete("/api/admin/announcements/{id}");
        Policies(InstancePolicy.Operator);
        Summary("Delete an announcement", 403, 404);
    }

    /// <inheritdoc/>
    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        var isChanged = await documents.ChangeAsync(
            "admin_delete_announcement",
            User.Id(),
            AuditOrigin.Of(HttpContext),
            clock.GetUtcNow(),
            new() { ["announcement_id"] = command.Id.ToString() },
            "delete from announcements where id = $1",
            ct,
            command.Id
        );
        if (!isChanged)
            throw Failure.NotFound("announcement not found").AsException();
        return null;
    }
}
