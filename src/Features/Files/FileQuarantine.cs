using System.Text.Json.Nodes;
using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Shared.Documents;
using Microsoft.AspNetCore.Http;

namespace Chatalot.Features.Files;

/// <summary>Changes a file's state and writes it down, in one transaction; of two at once one succeeds.</summary>
internal sealed class FileQuarantine(IDocumentSession documents, TimeProvider clock)
{
    public Task<bool> BeginAsync(Guid fileId, HttpContext context, CancellationToken ct) =>
        ChangeAsync(
            "update files set quarantined_at = $2, quarantined_by = $3 where id = $1 and quarantined_at is null",
            [fileId, clock.GetUtcNow(), context.User.Id()],
            "admin_quarantine_file",
            context,
            ct
        );

    public Task<bool> EndAsync(Guid fileId, HttpContext context, CancellationToken ct) =>
        ChangeAsync(
            "update files set quarantined_at = null, quarantined_by = null where id = $1 and quarantined_at is not null",
            [fileId],
            "admin_unquarantine_file",
            context,
            ct
        );

    private Task<bool> ChangeAsync(
        string sql,
        object?[] values,
        string action,
        HttpContext context,
        CancellationToken ct
    ) =>
        documents.ChangeAsync(
            action,
            context.User.Id(),
            AuditOrigin.Of(context),
            clock.GetUtcNow(),
            new JsonObject { ["file_id"] = values[0]!.ToString() },
            sql,
            ct,
            values
        );
}
