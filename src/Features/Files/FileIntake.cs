using System.Xml;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Media;
using Chatalot.Shared.Postgres;
using Chatalot.Shared.Storage;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Chatalot.Features.Files;

/// <summary>What is said of a file besides its bytes.</summary>
/// <param name="UploaderId">Whose it is.</param>
/// <param name="ChannelId">The channel that it belongs to, or null.</param>
/// <param name="Name">The name to show.</param>
internal sealed record FileLabel(Guid UploaderId, Guid? ChannelId, string Name);

/// <summary>
/// Makes a file of what was received: blocked contents, type and quota are checked, metadata is removed, the bytes are
/// put where they stay, and last of all the row tells of them (contract, files.md section 4 from step 8 on).
/// </summary>
internal sealed class FileIntake(
    NpgsqlDataSource database,
    IBlobStorage storage,
    Drafts drafts,
    BlockedContents blocked,
    UploadQuota quota,
    FilesOptions options,
    TimeProvider clock,
    ILogger<FileIntake> log
)
{
    private static readonly Failure BadPicture = Failure.Validation(
        "failed to process image metadata — please try a different file"
    );

    private static readonly Failure BadSvg = Failure.Validation("invalid SVG: SVG is not well-formed XML");
    private static readonly Failure BadSvgText = Failure.Validation("invalid SVG: SVG is not valid UTF-8");

    /// <summary>The stored file.</summary>
    /// <exception cref="FailureException">400 or 403; nothing is left then.</exception>
    public async Task<StoredFile> AcceptAsync(ReceivedFile received, FileLabel label, CancellationToken ct)
    {
        var checksum = received.Checksum;
        await blocked.RequireAllowedAsync(checksum, ct);
        var content = received.Content;
        if (content.Refusal is { } reason)
            throw Failure.Validation($"file type not allowed: {reason}").AsException();

        await using var cleaned = await Task.Run(() => Clean(received.Draft, content.MediaType!), ct);
        var storedChecksum = cleaned?.Checksum ?? checksum;
        if (storedChecksum != checksum)
            await blocked.RequireAllowedAsync(storedChecksum, ct);
        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var file = new StoredFile
        {
            Id = id,
            UploaderId = label.UploaderId,
            ChannelId = label.ChannelId,
            Name = label.Name,
            SizeBytes = cleaned?.Length ?? received.Length,
            ContentType = content.MediaType,
            Checksum = checksum,
            StoredChecksum = storedChecksum,
            StoragePath = KeyOf(id),
            Thumbnail = cleaned?.Size is not null || received.IsBitmap ? Thumbnail.Possible : Thumbnail.None,
            QuarantinedAt = null,
            QuarantinedBy = null,
            CreatedAt = now,
            MessageId = null,
        };
        return await KeepAsync(file, cleaned?.Draft ?? received.Draft, isStripped: cleaned?.Size is not null, ct);
    }

    /// <summary>Ids grow with time, so their beginnings are alike; their ends are not.</summary>
    private static string KeyOf(Guid id) => $"{id.ToString()[^2..]}/{id}";

    /// <summary>
    /// The bytes first, then the row: a crash leaves bytes and a note of them, never a row without bytes. No connection
    /// is held while they are stored, which takes its time in a bucket.
    /// </summary>
    private async Task<StoredFile> KeepAsync(StoredFile file, Draft draft, bool isStripped, CancellationToken ct)
    {
        using var note = drafts.NoteKey(file.StoragePath);
        var isStored = !await IsKeptAlreadyAsync(file.StoredChecksum, ct);
        var mayBeCommitted = false;
        try
        {
            if (isStored)
                await storage.StoreAsync(file.StoragePath, draft, ct);
            await using var connection = await database.OpenConnectionAsync(ct);
            await using var transaction = await connection.BeginTransactionAsync(ct);
            await quota.DecideAsync(connection, file.UploaderId!.Value, file.SizeBytes, ct);
            await FileContents.LockAsync(connection, file.StoredChecksum, ct);
            var shared = await FileContents.FindAsync(connection, file.StoredChecksum, ct);
            if (shared is null && !isStored)
            {
                // The last file with these bytes went in between.
                await storage.StoreAsync(file.StoragePath, draft, ct);
                isStored = true;
            }
            var kept = file with { StoragePath = shared ?? file.StoragePath };
            await InsertAsync(connection, kept, isStripped, ct);
            mayBeCommitted = true;
            await transaction.CommitAsync(CancellationToken.None);
            if (isStored && shared is not null)
                await storage.DeleteOrLogAsync(file.StoragePath, log);
            return kept;
        }
        catch when (isStored && !mayBeCommitted)
        {
            await storage.DeleteOrLogAsync(file.StoragePath, log);
            throw;
        }
    }

    private async Task<bool> IsKeptAlreadyAsync(string storedChecksum, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await FileContents.FindAsync(connection, storedChecksum, ct) is not null;
    }

    private static async Task InsertAsync(
        NpgsqlConnection connection,
        StoredFile file,
        bool isStripped,
        CancellationToken ct
    )
    {
        try
        {
            await connection.ExecuteAsync(
                """
                insert into files (id, uploader_id, channel_id, name, size_bytes, content_type, checksum, stored_checksum,
                    storage_path, thumbnail, exif_stripped, created_at)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
                """,
                ct,
                file.Id,
                file.UploaderId,
                file.ChannelId,
                file.Name,
                file.SizeBytes,
                file.ContentType,
                file.Checksum,
                file.StoredChecksum,
                file.StoragePath,
                (short)file.Thumbnail,
                isStripped,
                file.CreatedAt
            );
        }
        catch (PostgresException gone) when (gone.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            // The channel or the account went during the upload.
            throw Failure.Forbidden.AsException();
        }
    }

    /// <summary>A copy without metadata or script, or null when the bytes stay as they came.</summary>
    private CleanedFile? Clean(Draft draft, string mediaType)
    {
        var format = ImageFormats.OfMediaType(mediaType);
        if (format is null && mediaType != "image/svg+xml")
            return null;
        draft.Stream.Position = 0;
        var copy = drafts.Create();
        try
        {
            using var target = new HashingStream(copy.Stream);
            ImageSize? size = null;
            if (format is { } known)
                size = ImageMetadata.Remove(known, draft.Stream, target, options.MaxPixels);
            else
                SvgCleaner.Clean(draft.Stream, target);
            return new CleanedFile(copy, target.Checksum(), copy.Stream.Length, size);
        }
        catch (Exception broken)
        {
            // Whatever it was, the half-written copy goes; only what is said of the file is decided below.
            copy.Dispose();
            if (broken is XmlException)
                throw (SvgCleaner.IsUtf8(draft.Stream) ? BadSvg : BadSvgText).AsException();
            if (broken is not (MalformedImageException or EndOfStreamException))
                throw;
            // Broken GIFs carry on as they are, as they always did: there is nothing of a place in them.
            return format is ImageFormat.Gif ? null : throw BadPicture.AsException();
        }
    }

    /// <summary>A cleaned copy.</summary>
    /// <param name="Draft">The copy.</param>
    /// <param name="Checksum">Its SHA-256.</param>
    /// <param name="Length">Its length in bytes.</param>
    /// <param name="Size">Pixels, for pictures whose metadata was removed.</param>
    private sealed record CleanedFile(Draft Draft, string Checksum, long Length, ImageSize? Size) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Draft.DisposeAsync();
    }
}
