using Chatalot.Shared.Postgres;
using Chatalot.Shared.Storage;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Chatalot.Features.Files;

/// <summary>The bytes of a file, which other files may share.</summary>
/// <param name="StoragePath">Column <c>storage_path</c> of its row.</param>
/// <param name="StoredChecksum">Column <c>stored_checksum</c> of its row.</param>
public readonly record struct FileContent(string StoragePath, string StoredChecksum);

/// <summary>
/// Stored bytes and who shares them. Whoever deletes rows of <c>files</c> does it in a transaction of their own
/// (<c>delete from files where … returning storage_path, stored_checksum</c>) and calls <see cref="DropUnusedAsync"/>
/// after the commit: a crash between the two leaves bytes without a row, which the orphan job finds, never the reverse.
/// What goes with a channel or a message goes by the database's <c>drop_files</c> instead, and its bytes in the
/// background (<see cref="DroppedContents"/>).
/// </summary>
public sealed class FileContents
{
    private readonly NpgsqlDataSource database;
    private readonly IBlobStorage storage;
    private readonly ThumbnailFolder thumbnails;
    private readonly ILogger log;

    internal FileContents(
        NpgsqlDataSource database,
        IBlobStorage storage,
        ThumbnailFolder thumbnails,
        ILogger<FileContents> log
    )
    {
        this.log = log;
        this.database = database;
        this.storage = storage;
        this.thumbnails = thumbnails;
    }

    /// <summary>Deletes the bytes, and their thumbnail, of those contents that no file shares any more.</summary>
    public async Task DropUnusedAsync(IEnumerable<FileContent> contents, CancellationToken ct)
    {
        foreach (var content in contents.Distinct())
        {
            await using var connection = await database.OpenConnectionAsync(ct);
            await using var transaction = await connection.BeginTransactionAsync(ct);
            if (!await IsUsedAsync(connection, content, ct))
            {
                await storage.DeleteOrLogAsync(content.StoragePath, log);
                thumbnails.Delete(content.StoragePath);
            }
            await transaction.CommitAsync(CancellationToken.None);
        }
    }

    /// <summary>
    /// The same for the next of the contents that the database noted; false when there is none. What could not be
    /// deleted stays noted.
    /// </summary>
    internal async Task<bool> DropNextAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        // What a crash takes is done again, so no message waits for this to reach the disk.
        await connection.ExecuteAsync("set local synchronous_commit = off", ct);
        var noted = await connection.ListAsync(
            """
            delete from dropped_contents where id = (
                select id from dropped_contents order by id limit 1 for update skip locked
            )
            returning storage_path, stored_checksum
            """,
            row => new FileContent(row.GetString(0), row.GetString(1)),
            ct
        );
        if (noted is not [var content])
            return false;
        if (!await IsUsedAsync(connection, content, ct))
        {
            await storage.DeleteAsync(content.StoragePath, ct);
            thumbnails.Delete(content.StoragePath);
        }
        await transaction.CommitAsync(CancellationToken.None);
        return true;
    }

    /// <summary>Whether a file has these bytes; if none has, none comes to have them before the transaction ends.</summary>
    private static async Task<bool> IsUsedAsync(NpgsqlConnection connection, FileContent content, CancellationToken ct)
    {
        await LockAsync(connection, content.StoredChecksum, ct);
        return await connection.FirstAsync(
            "select exists (select from files where storage_path = $1)",
            row => row.GetBoolean(0),
            ct,
            content.StoragePath
        );
    }

    /// <summary>Until the end of the transaction nobody else links to or drops bytes with this checksum.</summary>
    internal static Task<int> LockAsync(NpgsqlConnection connection, string storedChecksum, CancellationToken ct) =>
        connection.ExecuteAsync(
            "select pg_advisory_xact_lock(hashtextextended('file-content:' || $1, 0))",
            ct,
            storedChecksum
        );

    /// <summary>Where bytes with this checksum are kept already, or null.</summary>
    internal static Task<string?> FindAsync(NpgsqlConnection connection, string storedChecksum, CancellationToken ct) =>
        connection.FirstAsync(
            "select storage_path from files where stored_checksum = $1 limit 1",
            row => row.GetText(0),
            ct,
            storedChecksum
        );
}
