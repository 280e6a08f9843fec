using System.Buffers;
using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Storage;
using Microsoft.AspNetCore.Http;

namespace Chatalot.Features.Files;

/// <summary>
/// PATCH /api/files/resumable/{upload_id}: the next bytes of an own upload (tus 1.0). What came before a line broke
/// stays. With the last byte it becomes a file; <c>Upload-File-Id</c> is its id then, as the answer of an upload in one
/// go.
/// </summary>
internal sealed class ContinueResumableUpload(
    ResumableUploads uploads,
    Drafts drafts,
    DiskSpace disk,
    UploadDoor door,
    FileIntake intake,
    FilesOptions options
) : Endpoint<ContinueResumableUpload.Command, IResult>
{
    private const int BufferBytes = 128 * 1024;

    /// <summary>Which upload.</summary>
    /// <param name="UploadId">Its id.</param>
    public sealed record Command(Guid UploadId);

    /// <inheritdoc/>
    public override void Configure()
    {
        Patch($"{TusProtocol.Route}/{{upload_id}}");
        AllowFileUploads();
        Summary("Send the next bytes of a resumable upload (tus 1.0)", 403, 404, 409, 410, 412, 413, 415, 423, 507);
        Answers(StatusCodes.Status204NoContent);
    }

    /// <inheritdoc/>
    public override async Task<IResult> ExecuteAsync(Command command, CancellationToken ct)
    {
        TusProtocol.Begin(HttpContext, options);
        if (HttpContext.Request.ContentType != TusProtocol.ContentType)
            throw new Failure(
                415,
                "unsupported_media_type",
                $"the body must be sent as {TusProtocol.ContentType}"
            ).AsException();
        var offset = TusProtocol.ReadNumber(HttpContext.Request, "Upload-Offset");
        var upload = await uploads.RequireAsync(command.UploadId, User.Id(), ct);
        await door.RequireMayPostAsync(upload.ChannelId, User.Id(), ct);

        var headers = HttpContext.Response.Headers;
        await using (var draft = drafts.OpenResumable(upload.Id) ?? throw Locked.AsException())
        {
            if (draft.Length != offset)
                throw Failure.Conflict($"the upload has come to byte {draft.Length}").AsException();
            await AppendAsync(draft, upload.LengthBytes, ct);
            headers["Upload-Offset"] = TusProtocol.Text(draft.Length);
            headers["Upload-Expires"] = upload.ExpiresAt.ToString("R");
            if (draft.Length == upload.LengthBytes)
                headers["Upload-File-Id"] = (await FinishAsync(draft, upload, ct)).ToString();
        }
        return TypedResults.NoContent();
    }

    private static Failure Locked { get; } = new(423, "locked", "another request is sending to this upload");

    private async Task AppendAsync(FileStream draft, long length, CancellationToken ct)
    {
        using var space = disk.Take(Math.Max(0, length - draft.Length));
        draft.Seek(0, SeekOrigin.End);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (await HttpContext.Request.Body.ReadAsync(buffer, ct) is var count and > 0)
            {
                if (draft.Length + count > length)
                    throw new Failure(413, "payload_too_large", "more bytes than were announced").AsException();
                space.Use(count);
                await drafts.AppendAsync(draft, buffer.AsMemory(0, count));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Reads the whole again through the same door as any upload; what is refused is over.</summary>
    private async Task<Guid> FinishAsync(FileStream draft, ResumableUpload upload, CancellationToken ct)
    {
        try
        {
            await using var received = new ReceivedFile(disk, expected: 0, drafts, options);
            draft.Position = 0;
            var buffer = new byte[BufferBytes];
            while (await draft.ReadAsync(buffer, ct) is var count and > 0)
                await received.WriteAsync(buffer.AsMemory(0, count), ct);
            var label = new FileLabel(upload.UserId, upload.ChannelId, upload.Name);
            var file = await intake.AcceptAsync(received, label, ct);
            await uploads.EndAsync(upload.Id);
            return file.Id;
        }
        catch (FailureException refusal) when (refusal.Failure.Status < 500)
        {
            // Storage that is full or away is no verdict on the file: an empty PATCH at its end tries again.
            await uploads.EndAsync(upload.Id);
            throw;
        }
    }
}
