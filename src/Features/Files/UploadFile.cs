using System.Buffers;
using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Http;
using Chatalot.Shared.Storage;

namespace Chatalot.Features.Files;

/// <summary>
/// POST /api/files/upload: one file, for a channel or for oneself. It goes to disk as it comes; who may, how often and
/// how much is decided before its bytes are read, as far as the order of the parts allows.
/// </summary>
internal sealed class UploadFile(
    UploadDoor door,
    UploadWindow window,
    UploadQuota quota,
    DiskSpace disk,
    Drafts drafts,
    FileIntake intake,
    FilesOptions options
) : EndpointWithoutRequest<UploadFile.Response>
{
    private const int BufferBytes = 128 * 1024;
    private const int FormBytes = 64 * 1024;
    private const int MaxIdBytes = 64;

    /// <summary>The stored file.</summary>
    /// <param name="Id">Its id.</param>
    /// <param name="SizeBytes">Its size as kept, in bytes.</param>
    /// <param name="CreatedAt">When it was stored.</param>
    /// <param name="HasThumbnail">Whether there is a small picture of it.</param>
    public sealed record Response(Guid Id, long SizeBytes, DateTimeOffset CreatedAt, bool HasThumbnail);

    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/files/upload");
        AllowFileUploads();
        Summary("Upload one file (multipart: file, name, channel_id)", 403, 413, 415, 507);
    }

    /// <inheritdoc/>
    public override async Task<Response> ExecuteAsync(CancellationToken ct)
    {
        var parts = MultipartForm.Open(HttpContext.Request);
        var name = "unnamed";
        Guid? channelId = null;
        ReceivedFile? received = null;
        try
        {
            while (await parts.NextAsync(ct) is { } part)
            {
                switch (part.Name)
                {
                    case "name":
                        name = await part.ReadTextAsync(UploadDoor.MaxNameBytes, UploadDoor.NameTooLong, ct);
                        break;
                    case "channel_id":
                        channelId = UploadDoor.ReadChannel(
                            await part.ReadTextAsync(MaxIdBytes, UploadDoor.InvalidChannel, ct)
                        );
                        if (received is not null)
                            await door.RequireMayPostAsync(channelId, User.Id(), ct);
                        break;
                    case "file":
                        await BeforeBytesAsync(isFirst: received is null, channelId, ct);
                        if (received is not null)
                            await received.DisposeAsync();
                        received = new ReceivedFile(disk, ExpectedBytes, drafts, options);
                        await ReceiveAsync(part, received, ct);
                        break;
                }
            }
            if (received is null)
                throw Failure.Validation("no file field").AsException();
            var file = await intake.AcceptAsync(received, new FileLabel(User.Id(), channelId, name), ct);
            return new Response(file.Id, file.SizeBytes, file.CreatedAt, Thumbnails.Has(file));
        }
        finally
        {
            if (received is not null)
                await received.DisposeAsync();
        }
    }

    /// <summary>What the request says of its length, without the form around the file; 0 when it does not.</summary>
    private long ExpectedBytes =>
        Math.Clamp((HttpContext.Request.ContentLength ?? 0) - FormBytes, 0, options.MaxFileBytes);

    private async Task BeforeBytesAsync(bool isFirst, Guid? channelId, CancellationToken ct)
    {
        if (!isFirst)
            return;
        await window.TakeTurnAsync(User.Id(), ct);
        await door.RequireMayPostAsync(channelId, User.Id(), ct);
        await quota.CheckAsync(User.Id(), ExpectedBytes, ct);
    }

    private static async Task ReceiveAsync(FormPart part, ReceivedFile file, CancellationToken ct)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (await part.ReadAsync(buffer, ct) is var count and > 0)
                await file.WriteAsync(buffer.AsMemory(0, count), ct);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
