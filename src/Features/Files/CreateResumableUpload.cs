using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Microsoft.AspNetCore.Http;

namespace Chatalot.Features.Files;

/// <summary>
/// POST /api/files/resumable: open an upload that survives a broken line (tus 1.0, creation). Metadata: <c>name</c> or
/// <c>filename</c>, <c>channel_id</c>. The same checks as for an upload in one go.
/// </summary>
internal sealed class CreateResumableUpload(
    ResumableUploads uploads,
    UploadDoor door,
    UploadWindow window,
    FilesOptions options
) : EndpointWithoutRequest<IResult>
{
    /// <inheritdoc/>
    public override void Configure()
    {
        Post(TusProtocol.Route);
        Summary("Open a resumable upload (tus 1.0)", 403, 412, 413);
        Answers(StatusCodes.Status201Created);
    }

    /// <inheritdoc/>
    public override async Task<IResult> ExecuteAsync(CancellationToken ct)
    {
        TusProtocol.Begin(HttpContext, options);
        var length = TusProtocol.ReadNumber(HttpContext.Request, "Upload-Length");
        if (length > options.MaxFileBytes)
            throw (ReceivedFile.TooLarge(options) with { Status = 413, Code = "payload_too_large" }).AsException();
        var metadata = TusProtocol.ReadMetadata(HttpContext.Request.Headers["Upload-Metadata"]);
        var name = metadata.GetValueOrDefault("name") ?? metadata.GetValueOrDefault("filename") ?? "unnamed";
        if (System.Text.Encoding.UTF8.GetByteCount(name) > UploadDoor.MaxNameBytes)
            throw Failure.Validation(UploadDoor.NameTooLong).AsException();
        var channelId = UploadDoor.ReadChannel(metadata.GetValueOrDefault("channel_id") ?? "");

        await window.TakeTurnAsync(User.Id(), ct);
        await door.RequireMayPostAsync(channelId, User.Id(), ct);
        var upload = await uploads.CreateAsync(new FileLabel(User.Id(), channelId, name), length, ct);
        var headers = HttpContext.Response.Headers;
        headers.Location = $"{TusProtocol.Route}/{upload.Id}";
        headers["Upload-Expires"] = upload.ExpiresAt.ToString("R");
        return TypedResults.StatusCode(StatusCodes.Status201Created);
    }
}
