using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Microsoft.AspNetCore.Http;

namespace Chatalot.Features.Files;

/// <summary>
/// HEAD /api/files/resumable/{upload_id}: how far an own upload has come (tus 1.0). GET answers the same.
/// </summary>
internal sealed class GetResumableUpload(ResumableUploads uploads, FilesOptions options)
    : Endpoint<GetResumableUpload.Query, IResult>
{
    /// <summary>Which upload.</summary>
    /// <param name="UploadId">Its id.</param>
    public sealed record Query(Guid UploadId);

    /// <inheritdoc/>
    public override void Configure()
    {
        Get($"{TusProtocol.Route}/{{upload_id}}");
        Summary("How far a resumable upload has come (tus 1.0)", 404, 410, 412);
    }

    /// <inheritdoc/>
    public override async Task<IResult> ExecuteAsync(Query query, CancellationToken ct)
    {
        TusProtocol.Begin(HttpContext, options);
        var upload = await uploads.RequireAsync(query.UploadId, User.Id(), ct);
        var headers = HttpContext.Response.Headers;
        headers["Upload-Offset"] = TusProtocol.Text(uploads.OffsetOf(upload));
        headers["Upload-Length"] = TusProtocol.Text(upload.LengthBytes);
        headers["Upload-Expires"] = upload.ExpiresAt.ToString("R");
        headers.CacheControl = "no-store";
        return TypedResults.StatusCode(StatusCodes.Status200OK);
    }
}
