using System.IO.Compression;
using System.Text;
using Chatalot.Shared.Postgres;
using Chatalot.Shared.Storage;
using Npgsql;

namespace Chatalot.Features.Exports;

/// <summary>
/// Writes the archive: JSON files as of one moment, the person's pictures and what they uploaded. Rows go from the
/// database to the disk one by one, so a long history takes no memory.
/// </summary>
internal sealed class ExportWriter(NpgsqlDataSource database, IBlobStorage storage)
{
    private const int MostSeconds = 600;
    private const int MostRows = 5_000_000;
    private const int TablesShare = 90;
    private const int FilesShare = 9;

    /// <summary>Writes the archive of the user.</summary>
    /// <param name="userId">Whose.</param>
    /// <param name="archive">Where to.</param>
    /// <param name="onProgress">Told the percent that are done.</param>
    /// <param name="ct">Ends the work.</param>
    public async Task WriteAsync(Guid userId, Stream archive, Func<int, Task> onProgress, CancellationToken ct)
    {
        await using var zip = await ZipArchive.CreateAsync(
            archive,
            ZipArchiveMode.Create,
            leaveOpen: true,
            entryNameEncoding: null,
            ct
        );
        var (pictures, files) = await WriteTablesAsync(zip, userId, onProgress, ct);
        foreach (var address in pictures)
        {
            var name = address["/api/avatars/".Length..].Split('?')[0];
            await CopyAsync(zip, $"avatars/{name}", $"pictures/{name}", ct);
        }
        for (var done = 0; done < files.Count; done++)
        {
            var (id, name, path) = files[done];
            await CopyAsync(zip, path, $"files/{id}/{SafeName(name)}", ct);
            await onProgress(TablesShare + ((done + 1) * FilesShare / files.Count));
        }
    }

    /// <summary>
    /// The JSON files, and what is copied beside them. The transaction ends with them: copying takes long.
    /// </summary>
    private async Task<(List<string> Pictures, List<(Guid Id, string Name, string Path)> Files)> WriteTablesAsync(
        ZipArchive zip,
        Guid userId,
        Func<int, Task> onProgress,
        CancellationToken ct
    )
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(
            System.Data.IsolationLevel.RepeatableRead,
            ct
        );
        for (var done = 0; done < ExportContents.All.Count; done++)
        {
            var entry = ExportContents.All[done];
            await using (var file = await zip.CreateEntry($"{entry.Name}.json").OpenAsync(ct))
                await WriteRowsAsync(connection, entry, userId, file, ct);
            await onProgress((done + 1) * TablesShare / ExportContents.All.Count);
        }
        return (await PicturesAsync(connection, userId, ct), await FilesAsync(connection, userId, ct));
    }

    private static async Task WriteRowsAsync(
        NpgsqlConnection connection,
        ExportEntry entry,
        Guid userId,
        Stream file,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(
            $"select row_to_json(item)::text from ({entry.Sql} limit {MostRows}) item",
            connection
        )
        {
            CommandTimeout = MostSeconds,
        };
        command.Parameters.Add(new() { Value = userId });
        await using var reader = await command.ExecuteReaderAsync(ct);
        await using var text = new StreamWriter(file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        await text.WriteAsync('[');
        for (var isFirst = true; await reader.ReadAsync(ct); isFirst = false)
        {
            await text.WriteAsync(isFirst ? "\n" : ",\n");
            await text.WriteAsync(reader.GetString(0).AsMemory(), ct);
        }
        await text.WriteAsync("\n]\n");
    }

    /// <summary>The addresses of the profile's pictures.</summary>
    private static async Task<List<string>> PicturesAsync(
        NpgsqlConnection connection,
        Guid userId,
        CancellationToken ct
    ) =>
        await connection.ListAsync(
            """
            select address from mt_doc_user account,
                lateral (values (account.data ->> 'avatar_url'), (account.data ->> 'banner_url'),
                    (account.data ->> 'voice_background_url')) pictures (address)
            where account.id = $1 and address like '/api/avatars/%'
            """,
            row => row.GetString(0),
            ct,
            userId
        );

    /// <summary>Every uploaded file: its id, name and key in the store. What is in quarantine is not handed out.</summary>
    private static Task<List<(Guid Id, string Name, string Path)>> FilesAsync(
        NpgsqlConnection connection,
        Guid userId,
        CancellationToken ct
    ) =>
        connection.ListAsync(
            """
            select id, name, storage_path from files where uploader_id = $1 and quarantined_at is null
            order by created_at, id
            """,
            row => (row.GetGuid(0), row.GetString(1), row.GetString(2)),
            ct,
            userId
        );

    /// <summary>A name that stays in its folder on every system that unpacks the archive.</summary>
    internal static string SafeName(string name)
    {
        var safe = string.Concat(
            name.Select(letter =>
                char.IsControl(letter) || letter is '/' or '\\' or ':' or '*' or '?' or '"' or '<' or '>' or '|'
                    ? '_'
                    : letter
            )
        );
        return safe.Trim('.', ' ') is { Length: > 0 } rest ? rest : "file";
    }

    private async Task CopyAsync(ZipArchive zip, string key, string entry, CancellationToken ct)
    {
        if (!BlobKey.IsValid(key) || await storage.FindAsync(key, ct) is not { } blob)
            return;
        await using var source = await blob.OpenAsync(ct);
        await using var target = await zip.CreateEntry(entry, CompressionLevel.NoCompression).OpenAsync(ct);
        await source.CopyToAsync(target, ct);
    }
}
