using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;

namespace Chatalot.Features.Files;

/// <summary>GET /api/files/{file_id}/meta: name, size, type and checksum, for those who may download.</summary>
internal sealed class GetFileMeta(FileGate files) : Endpoint<GetFileMeta.Query, GetFileMeta.Response>
{
    /// <summary>Which file.</summary>
    /// <param name="FileId">Its id.</param>
    public sealed record Query(Guid FileId);

    /// <summary>What is known of a file.</summary>
    /// <param name="Id">Its id.</param>
    /// <param name="UploaderId">Whose it is; the zero id when the account is gone.</param>
    /// <param name="EncryptedName">The name to show, in clear.</param>
    /// <param name="SizeBytes">Size as kept, in bytes.</param>
    /// <param name="ContentType">Type by content, or null.</param>
    /// <param name="Checksum">SHA-256 of the bytes as sent.</param>
    /// <param name="CreatedAt">When it was stored.</param>
    /// <param name="StoredChecksum">SHA-256 of the bytes as kept, which is what a download gives.</param>
    /// <param name="HasThumbnail">Whether there is a small picture of it.</param>
    public sealed record Response(
        Guid Id,
        Guid UploaderId,
        string EncryptedName,
        long SizeBytes,
        string? ContentType,
        string Checksum,
        DateTimeOffset CreatedAt,
        string StoredChecksum,
        bool HasThumbnail
    );

    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/files/{file_id}/meta");
        Summary("Name, size, type and checksum of a file", 403, 404);
    }

    /// <inheritdoc/>
    public override async Task<Response> ExecuteAsync(Query query, CancellationToken ct)
    {
        var file = await files.RequireAsync(query.FileId, User.Id(), FileUse.Look, ct);
        return new Response(
            file.Id,
            file.UploaderId ?? Guid.Empty,
            file.Name,
            file.SizeBytes,
            file.ContentType,
            file.Checksum,
            file.CreatedAt,
            file.StoredChecksum,
            Thumbnails.Has(file)
        );
    }
}
