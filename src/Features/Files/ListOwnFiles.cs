using Chatalot.Features.Accounts;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Files;

/// <summary>
/// GET /api/files: what the caller has stored, newest first, a page at a time, and how much of the quota it takes.
/// </summary>
internal sealed class ListOwnFiles(NpgsqlDataSource database, FilesOptions options)
    : Endpoint<ListOwnFiles.Query, ListOwnFiles.Response>
{
    private const int DefaultPage = 50;

    /// <summary>The page that is asked for.</summary>
    /// <param name="Limit">1 to 500, default 50.</param>
    /// <param name="Offset">Files to leave out.</param>
    public sealed record Query(int? Limit, int? Offset);

    /// <summary>The caller's files.</summary>
    /// <param name="Files">The page.</param>
    /// <param name="UsedBytes">Bytes of all of them.</param>
    /// <param name="QuotaBytes">How many there may be; null: no limit.</param>
    public sealed record Response(IReadOnlyList<OwnFile> Files, long UsedBytes, long? QuotaBytes);

    /// <summary>One of them.</summary>
    /// <param name="Id">Its id.</param>
    /// <param name="ChannelId">The channel that it was sent to, or null.</param>
    /// <param name="EncryptedName">The name to show.</param>
    /// <param name="SizeBytes">Its size in bytes.</param>
    /// <param name="ContentType">Its type, or null.</param>
    /// <param name="CreatedAt">When it was stored.</param>
    /// <param name="HasThumbnail">Whether there is a small picture of it.</param>
    /// <param name="MessageId">The message that it goes with; null where the server cannot know it.</param>
    public sealed record OwnFile(
        Guid Id,
        Guid? ChannelId,
        string EncryptedName,
        long SizeBytes,
        string? ContentType,
        DateTimeOffset CreatedAt,
        bool HasThumbnail,
        Guid? MessageId
    );

    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/files");
        Summary("The caller's own files and used quota");
    }

    /// <inheritdoc/>
    public override async Task<Response> ExecuteAsync(Query query, CancellationToken ct)
    {
        var page = Page.Of(query.Limit, query.Offset, DefaultPage);
        await using var connection = await database.OpenConnectionAsync(ct);
        var files = await connection.ListAsync(
            $"""
            select {StoredFile.Columns} from files f where f.uploader_id = $1
            order by f.created_at at time zone 'UTC' desc, f.id desc limit $2 offset $3
            """,
            StoredFile.Read,
            ct,
            User.Id(),
            page.Limit,
            page.Offset
        );
        return new Response(
            [
                .. files.Select(file => new OwnFile(
                    file.Id,
                    file.ChannelId,
                    file.Name,
                    file.SizeBytes,
                    file.ContentType,
                    file.CreatedAt,
                    Thumbnails.Has(file),
                    file.MessageId
                )),
            ],
            await UploadQuota.UsedAsync(connection, User.Id(), ct),
            options.QuotaBytes
        );
    }
}
