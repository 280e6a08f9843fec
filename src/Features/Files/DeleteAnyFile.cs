using System.Text.Json.Nodes;
using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;

namespace Chatalot.Features.Files;

/// <summary>DELETE /api/admin/files/{id}: any file, optionally never again. Operators only.</summary>
internal sealed class DeleteAnyFile(FileGate files, FileRemoval removal, IDocumentSession documents, TimeProvider clock)
    : Endpoint<DeleteAnyFile.Command>
{
    private const string Reason = "blocked via admin file delete";

    /// <summary>Which file.</summary>
    /// <param name="Id">Its id.</param>
    /// <param name="BlockHashes">Also block its content, as it was sent and as it is kept.</param>
    public sealed record Command(Guid Id, [property: QueryParam] bool? BlockHashes);

    /// <inheritdoc/>
    public override void Configure()
    {
        Delete("/api/admin/files/{id}");
        Policies(InstancePolicy.Operator);
        Summary("Delete any file", 403, 404);
    }

    /// <inheritdoc/>
    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        var file = await files.FindAsync(command.Id, ct) ?? throw FileGate.NotFound.AsException();
        var now = clock.GetUtcNow();
        if (command.BlockHashes == true)
            foreach (var hash in (string[])[.. new[] { file.Checksum, file.StoredChecksum }.Distinct()])
                documents.QueueSqlCommand(
                    """
                    insert into blocked_hashes (id, hash, reason, blocked_by, created_at) values (?, ?, ?, ?, ?)
                    on conflict (hash) do nothing
                    """,
                    Guid.CreateVersion7(now),
                    hash,
                    Reason,
                    User.Id(),
                    now
                );
        documents.QueueAudit(
            "admin_delete_file",
            User.Id(),
            AuditOrigin.Of(HttpContext),
            now,
            new JsonObject
            {
                ["file_id"] = file.Id.ToString(),
                ["uploader_id"] = file.UploaderId?.ToString(),
                ["checksum"] = file.Checksum,
            }
        );
        return await removal.RunAsync(file, evenEvidence: true, ct) ? null : throw FileGate.NotFound.AsException();
    }
}
