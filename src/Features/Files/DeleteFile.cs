using System.Text.Json.Nodes;
using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;

namespace Chatalot.Features.Files;

/// <summary>
/// DELETE /api/files/{file_id}: an own file, or any file as operator; what is in quarantine is evidence and only
/// operators may delete it. Messages that name the file stay.
/// </summary>
internal sealed class DeleteFile(FileGate files, FileRemoval removal, IDocumentSession documents, TimeProvider clock)
    : Endpoint<DeleteFile.Command>
{
    /// <summary>Which file.</summary>
    /// <param name="FileId">Its id.</param>
    public sealed record Command(Guid FileId);

    /// <inheritdoc/>
    public override void Configure()
    {
        Delete("/api/files/{file_id}");
        Summary("Delete a file", 403, 404);
    }

    /// <inheritdoc/>
    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        var (file, relation) = await files.RequireRelationAsync(command.FileId, User.Id(), FileUse.Delete, ct);
        documents.QueueAudit(
            "file_deleted",
            User.Id(),
            AuditOrigin.Of(HttpContext),
            clock.GetUtcNow(),
            new JsonObject { ["file_id"] = file.Id.ToString(), ["uploader_id"] = file.UploaderId?.ToString() }
        );
        if (await removal.RunAsync(file, evenEvidence: relation.IsOperator, ct))
            return null;
        throw (await files.FindAsync(file.Id, ct) is null ? FileGate.NotFound : Failure.Forbidden).AsException();
    }
}
