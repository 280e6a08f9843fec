using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Storage;
using Microsoft.AspNetCore.Http;

namespace Chatalot.Features.Files;

/// <summary>
/// GET /api/files/{file_id}/thumb: a small JPEG of a picture. A browser may keep it but asks each time whether it still
/// may show it, so quarantine and lost membership hold at once. Without libvips the picture itself is the answer.
/// </summary>
internal sealed class GetThumbnail(FileGate files, Thumbnails thumbnails, IBlobStorage storage)
    : Endpoint<GetThumbnail.Query, IResult>
{
    private const string Revalidated = "private, no-cache";
    private static readonly Failure None = Failure.NotFound("no thumbnail available");

    /// <summary>Which file.</summary>
    /// <param name="FileId">Its id.</param>
    public sealed record Query(Guid FileId);

    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/files/{file_id}/thumb");
        Summary("Thumbnail of a picture", 403, 404);
    }

    /// <inheritdoc/>
    public override async Task<IResult> ExecuteAsync(Query query, CancellationToken ct)
    {
        var file = await files.RequireAsync(query.FileId, User.Id(), FileUse.Preview, ct);
        if (!Thumbnails.Has(file))
            throw None.AsException();
        if (!thumbnails.AreMade)
        {
            var blob = await storage.FindAsync(file.StoragePath, ct) ?? throw None.AsException();
            return Answer(blob, file.ContentType!, $"\"{file.StoredChecksum}\"");
        }
        var thumbnail = await thumbnails.FindAsync(file, ct) ?? throw None.AsException();
        return Answer(DiskStorage.Open(thumbnail), "image/jpeg", $"\"{file.StoredChecksum}-thumb\"");
    }

    private static BlobResult Answer(Blob blob, string mediaType, string etag) =>
        new(blob, mediaType)
        {
            ETag = etag,
            CacheControl = Revalidated,
            Disposition = "inline",
        };
}
