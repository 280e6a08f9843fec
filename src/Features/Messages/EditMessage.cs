using Chatalot.Features.Channels;
using Chatalot.Features.Frames;
using Chatalot.Features.Gateway;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Realtime;
using Npgsql;

namespace Chatalot.Features.Messages;

/// <summary>
/// edit_message: new content for one's own message, within 15 minutes (contract, realtime.md 7.5 with its corrections A5,
/// A8, D4, D5). What it said before and what it says now are stored together, with one time, which is also the event's.
/// </summary>
public sealed class EditMessage(
    ChannelAccess access,
    WriteRules rules,
    Rooms rooms,
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

        var editedAt = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
        if (!await StoreAsync(frame, editor, editedAt, ct))
            return Gone;
        rooms.Publish(
            message.ChannelId,
            Wire.Of(
                new MessageEditedFrame(message.Id, message.ChannelId, editor, frame.Ciphertext, frame.Nonce, editedAt)
            )
        );
        return null;
    }

    /// <summary>Two edits at once come one after the other: the second keeps what the first wrote.</summary>
    private async Task<bool> StoreAsync(
        EditMessageFrame frame,
        Guid editor,
        DateTimeOffset editedAt,
        CancellationToken ct
    ) =>
        await database.ExecuteAsync(
            $"""
            with before as (
                select m.id, m.nonce, m.ciphertext from messages m
                where m.id = $1 and m.sender_id = $2 and {MessageVisibility.Sql}
                for no key update
            ), kept as (
                insert into message_edits (id, message_id, edited_at, nonce, ciphertext)
                select $3, id, $4, nonce, ciphertext from before
            )
            update messages set nonce = $5, ciphertext = $6, edited_at = $4
            from before where messages.id = before.id
            """,
            ct,
            frame.MessageId,
            editor,
            Guid.CreateVersion7(editedAt),
            editedAt,
            frame.Nonce,
            frame.Ciphertext
        ) > 0;
}
