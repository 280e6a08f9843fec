using Chatalot.Features.Channels;
using Chatalot.Features.Frames;
using Chatalot.Features.Gateway;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Realtime;
using Npgsql;

namespace Chatalot.Features.Messages;

/// <summary>
/// edit_message: new content for one's own message, within 15 minutes (contract, realtime.md 7.5 with its corrections
/// A5, A8, D4, D5). What it said before and what it says now are stored together, with one time, which is also the
/// event's.
/// </summary>
public sealed class EditMessage(
    ChannelAccess access,
    WriteRules rules,
    Rooms rooms,
    MutedSenders muted,
    NpgsqlDataSource database,
    TimeProvider clock
) : IFrameHandler<EditMessageFrame>
{
    private static readonly TimeSpan EditableFor = TimeSpan.FromMinutes(15);

    private static readonly Failure NotYours = new(403, "forbidden", "you can only edit your own messages");
    private static readonly Failure TooLate = Failure.Validation("messages can only be edited within 15 minutes");
    private static readonly Failure Gone = Failure.NotFound("message not found or not yours");

    /// <inheritdoc/>
    public async ValueTask HandleAsync(EditMessageFrame frame, SocketSession session, CancellationToken ct)
    {
        if (await RefusalAsync(frame, session, ct) is { } refusal)
            session.Refuse(refusal, EditMessageFrame.Type);
    }

    private async Task<Failure?> RefusalAsync(EditMessageFrame frame, SocketSession session, CancellationToken ct)
    {
        var editor = session.Caller.UserId;
        if (PostingRules.CheckSizes(frame.Ciphertext, frame.Nonce, clientId: null) is { } wrongSize)
            return wrongSize;
        if (await StoredMessage.FindAsync(database, frame.MessageId, ct) is not { } message)
            return StoredMessage.NotFound;
        if (await access.FindAsync(message.ChannelId, editor, ct) is not { } standing)
            return StoredMessage.NotFound;
        if (message.SenderId != editor)
            return NotYours;
        if (await rules.CheckAsync(standing, editor, WriteKind.Edit, ct) is { } closed)
            return closed;
        var now = clock.GetUtcNow();
        if (now - message.CreatedAt > EditableFor)
            return TooLate;

        if (await StoreAsync(frame, editor, now, ct) is not { } editedAt)
            return Gone;
        rooms.Publish(
            message.ChannelId,
            Wire.Of(
                new MessageEditedFrame(message.Id, message.ChannelId, editor, frame.Ciphertext, frame.Nonce, editedAt)
            ),
            listener => !muted.IsMutedFor(listener.UserId, editor)
        );
        return null;
    }

    /// <summary>
    /// When it was edited; null when there is nothing to edit any more. Two edits at once come one after the other, the
    /// second keeps what the first wrote and is later than it. The row is locked by a statement of its own: one that
    /// locks and updates would look at the row as it was before the wait, and three at once would wait for each other.
    /// </summary>
    private async Task<DateTimeOffset?> StoreAsync(
        EditMessageFrame frame,
        Guid editor,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        const string mine = $"m.id = $1 and m.sender_id = $2 and {MessageVisibility.Sql}";
        const string editedAt = "greatest($3, m.edited_at + interval '1 microsecond')";
        await using var batch = database.CreateBatch();
        Add($"select from messages m where {mine} for no key update");
        Add(
            $"""
            insert into message_edits (id, message_id, edited_at, nonce, ciphertext)
            select $4, m.id, {editedAt}, m.nonce, m.ciphertext from messages m where {mine}
            """,
            now,
            Guid.CreateVersion7(now)
        );
        Add(
            $"update messages m set nonce = $4, ciphertext = $5, edited_at = {editedAt} where {mine} returning m.edited_at",
            now,
            frame.Nonce,
            frame.Ciphertext
        );
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.NextResultAsync(ct);
        return await reader.ReadAsync(ct) ? reader.GetFieldValue<DateTimeOffset>(0) : null;

        void Add(string sql, params object[] values)
        {
            var command = new NpgsqlBatchCommand(sql);
            foreach (var value in (object[])[frame.MessageId, editor, .. values])
                command.Parameters.Add(new() { Value = value });
            batch.BatchCommands.Add(command);
        }
    }
}
