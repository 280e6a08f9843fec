using System.Text.Json.Nodes;
using Chatalot.Features.Audit;
using Chatalot.Features.Files;
using Chatalot.Features.Messages;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Administration;

/// <summary>What a purge removed for good.</summary>
/// <param name="MessagesDeleted">Messages.</param>
/// <param name="FilesDeleted">Files.</param>
/// <param name="HashesBlocked">Checksums that may not be uploaded again from now on.</param>
public sealed record PurgeResponse(int MessagesDeleted, int FilesDeleted, int HashesBlocked);

/// <summary>Who purges what.</summary>
/// <param name="Messages">
/// SQL condition over <c>m</c>, <c>$1</c> being <paramref name="Id"/>; never from a request.
/// </param>
/// <param name="Files">
/// The same over <c>f</c>: all of these files. Null: those that are bound to the messages, but for what operators have
/// to judge still.
/// </param>
/// <param name="Id">The message, account or channel.</param>
/// <param name="BlocksHashes">Whether the contents of the files may not be uploaded again.</param>
/// <param name="ActorId">The operator.</param>
/// <param name="Origin">From where.</param>
internal sealed record Purge(
    string Messages,
    string? Files,
    Guid Id,
    bool BlocksHashes,
    Guid ActorId,
    AuditOrigin Origin
);

/// <summary>
/// Removes messages for good, with their reactions, pins, bookmarks and edits, which go with the row, and files. Rows
/// and audit entry are one transaction; bytes go after it, and whoever has a message on the screen is told. What
/// answers or continues a message that is gone stays and forgets it.
/// </summary>
internal sealed class ContentPurge(MessageRemoval removal, FileContents contents, TimeProvider clock)
{
    /// <summary>One statement may take 30 s. What goes with a message makes 100,000 in one take as long.</summary>
    private const int MessagesAtOnce = 5000;

    /// <summary>Removes it all, or nothing.</summary>
    /// <param name="documents">A fresh unit of work.</param>
    /// <param name="purge">What.</param>
    /// <param name="entry">The audit entry for what was removed; may throw a refusal.</param>
    /// <param name="ct">Ends the work.</param>
    /// <param name="authorize">
    /// Asked once more, after the rows are gone and before the commit, whether the operator may do this; throws the
    /// refusal.
    /// </param>
    public async Task<PurgeResponse> RunAsync(
        IDocumentSession documents,
        Purge purge,
        Func<PurgeResponse, IReadOnlyList<RemovedMessage>, (string Action, JsonObject Metadata)> entry,
        CancellationToken ct,
        Func<Task>? authorize = null
    )
    {
        var now = clock.GetUtcNow();
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var messages = await DeleteMessagesAsync(connection, purge, ct);
        var files = await DeleteFilesAsync(connection, purge, messages, ct);
        var blocked = purge.BlocksHashes ? await BlockAsync(connection, purge, files, now, ct) : 0;
        if (authorize is not null)
            await authorize();
        var result = new PurgeResponse(messages.Count, files.Count, blocked);
        var (action, metadata) = entry(result, messages);
        documents.QueueAudit(action, purge.ActorId, purge.Origin, now, metadata);
        await documents.SaveChangesAsync(ct);
        await transaction.CommitAsync(CancellationToken.None);
        // What follows takes connections of its own.
        await connection.CloseAsync();
        removal.Tell(messages);
        await contents.DropUnusedAsync(files.Select(file => file.Content), CancellationToken.None);
        return result;
    }

    private static async Task<List<RemovedMessage>> DeleteMessagesAsync(
        NpgsqlConnection connection,
        Purge purge,
        CancellationToken ct
    )
    {
        var all = new List<RemovedMessage>();
        while (true)
        {
            var removed = await connection.ListAsync(
                $"""
                delete from messages where id = any (array(
                    select m.id from messages m where {purge.Messages} limit {MessagesAtOnce} for update
                ))
                returning channel_id, id
                """,
                row => new RemovedMessage(row.GetGuid(0), row.GetGuid(1)),
                ct,
                purge.Id
            );
            all.AddRange(removed);
            var ids = removed.Select(message => message.MessageId).ToArray();
            await connection.ExecuteAsync(MessageRemoval.ForgetAnswered, ct, ids);
            await connection.ExecuteAsync(MessageRemoval.ForgetThreads, ct, ids);
            if (removed.Count < MessagesAtOnce)
                return all;
        }
    }

    private static Task<List<RemovedFile>> DeleteFilesAsync(
        NpgsqlConnection connection,
        Purge purge,
        List<RemovedMessage> messages,
        CancellationToken ct
    )
    {
        var (sql, value) = purge.Files is null
            ? (
                """
                select f.storage_path, f.stored_checksum, f.checksum
                from drop_files(array(select id from files where message_id = any ($1))) f
                """,
                messages.Select(message => message.MessageId).ToArray()
            )
            : (
                $"""
                delete from files f where {purge.Files}
                returning f.storage_path, f.stored_checksum, f.checksum
                """,
                (object)purge.Id
            );
        return connection.ListAsync(
            sql,
            row => new RemovedFile(new FileContent(row.GetString(0), row.GetString(1)), row.GetString(2)),
            ct,
            value
        );
    }

    /// <summary>What is blocked already keeps its reason.</summary>
    private static Task<int> BlockAsync(
        NpgsqlConnection connection,
        Purge purge,
        List<RemovedFile> files,
        DateTimeOffset now,
        CancellationToken ct
    ) =>
        connection.ExecuteAsync(
            """
            insert into blocked_hashes (id, hash, reason, blocked_by, created_at)
            select gen_random_uuid(), hash, 'auto-blocked via admin purge', $2::uuid, $3::timestamptz
            from (select distinct unnest($1::text[])) sums (hash)
            on conflict (hash) do nothing
            """,
            ct,
            files.SelectMany(file => new[] { file.Checksum, file.Content.StoredChecksum }).ToArray(),
            purge.ActorId,
            now
        );

    private sealed record RemovedFile(FileContent Content, string Checksum);
}
