using System.Text.Json.Nodes;
using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Chatalot.Features.Files;

/// <summary>
/// GET /api/files/{file_id}: the bytes, always as an attachment. Access is decided at every request, also before 304
/// and 206. An operator who looks at what is in quarantine or was reported is written down.
/// </summary>
internal sealed partial class DownloadFile(
    FileGate files,
    IBlobStorage storage,
    IDocumentSession documents,
    TimeProvider clock,
    ILogger<DownloadFile> log
) : Endpoint<DownloadFile.Query, IResult>
{
    /// <summary>Which file.</summary>
    /// <param name="FileId">Its id.</param>
    public sealed record Query(Guid FileId);

    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/files/{file_id}");
        Summary("Download a file; ranges and conditions are answered", 403, 404, 412, 416);
    }

    /// <inheritdoc/>
    public override async Task<IResult> ExecuteAsync(Query query, CancellationToken ct)
    {
        var (file, relation) = await files.RequireRelationAsync(query.FileId, User.Id(), FileUse.Read, ct);
        var blob = await storage.FindAsync(file.StoragePath, ct);
        if (blob is null)
        {
            LogMissing(log, file.Id);
            throw FileGate.NotFound.AsException();
        }
        if (relation.IsJudging(file))
        {
            documents.QueueAudit(
                "admin_view_file",
                User.Id(),
                AuditOrigin.Of(HttpContext),
                clock.GetUtcNow(),
                new JsonObject { ["file_id"] = file.Id.ToString() }
            );
            await documents.SaveChangesAsync(ct);
        }
        return new BlobResult(blob, file.ContentType ?? "application/octet-stream")
        {
            ETag = $"\"{file.StoredChecksum}\"",
            CacheControl = "private, no-store",
            Disposition = FileDisposition.Attachment(file.Name),
        };
    }

    [LoggerMessage(
        EventName = "FileMissing",
        Level = LogLevel.Error,
        Message = "The bytes of a file are missing from the store file_id={FileId}"
    )]
    private static partial void LogMissing(ILogger log, Guid fileId);
}
