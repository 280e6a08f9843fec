using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Messages;

/// <summary>
/// GET /api/channels/{channel_id}/messages/{message_id}/history: what a message said before its edits, oldest first.
/// Members only, as long as the message itself can be seen. At most 500 versions, and 4 MiB of them: fifteen minutes of
/// edits of any text that people write; only versions of the greatest size, one after the other, are more.
/// </summary>
public sealed class GetEdits(ChannelAccess access, NpgsqlDataSource database)
    : Endpoint<GetEdits.Query, IReadOnlyList<GetEdits.Edit>>
{
    private const int Most = 500;
    private const int MostBytes = 4 * 1024 * 1024;

    /// <summary>The message that is asked for.</summary>
    /// <param name="ChannelId">Its channel.</param>
    /// <param name="MessageId">The message.</param>
    public sealed record Query(Guid ChannelId, Guid MessageId);

    /// <summary>A version that was replaced.</summary>
    /// <param name="Id">The version.</param>
    /// <param name="OldCiphertext">What the message said.</param>
    /// <param name="OldNonce">Belongs to it.</param>
    /// <param name="EditedAt">When it was replaced.</param>
    public sealed record Edit(Guid Id, byte[] OldCiphertext, byte[] OldNonce, DateTimeOffset EditedAt);

    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/channels/{channel_id}/messages/{message_id}/history");
        Summary("Previous versions of an edited message, oldest first", 403, 404);
    }

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<Edit>> ExecuteAsync(Query query, CancellationToken ct)
    {
        if (await access.FindAsync(query.ChannelId, User.Id(), ct) is null)
            throw Failure.Forbidden.AsException();
        if ((await StoredMessage.FindAsync(database, query.MessageId, ct))?.ChannelId != query.ChannelId)
            throw StoredMessage.NotFound.AsException();
        return await database.ListAsync(
            // The length of what lies beside the table is known without reading it.
            $"""
            select id, ciphertext, nonce, edited_at from (
                select *, sum(octet_length(ciphertext)) over (order by edited_at, id) as bytes from (
                    select id, ciphertext, nonce, edited_at from message_edits
                    where message_id = $1 order by edited_at, id limit {Most}
                ) oldest
            ) counted
            where bytes <= {MostBytes} order by edited_at, id
            """,
            row => new Edit(
                row.GetGuid(0),
                row.GetFieldValue<byte[]>(1),
                row.GetFieldValue<byte[]>(2),
                row.GetFieldValue<DateTimeOffset>(3)
            ),
            ct,
            query.MessageId
        );
    }
}
