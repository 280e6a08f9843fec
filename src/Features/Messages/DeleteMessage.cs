using Chatalot.Features.Channels;
using Chatalot.Features.Frames;
using Chatalot.Features.Gateway;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Errors;
using Npgsql;

namespace Chatalot.Features.Messages;

/// <summary>
/// delete_message: takes a message away from everybody (contract, realtime.md 7.6 with its corrections A5, A6, A8).
/// Members remove their own; moderators also those of people below them, in archived channels too. What it said is
/// erased at once, earlier versions included, unless operators have a report of it to look at (messages.md B 19). Files
/// that are bound to it go with it.
/// </summary>
public sealed class DeleteMessage(
    ChannelAccess access,
    WriteRules rules,
    MessageRemoval removal,
    NpgsqlDataSource database,
    TimeProvider clock
) : IFrameHandler<DeleteMessageFrame>
{
    private static readonly Failure NotAllowed = new(
        403,
        "forbidden",
        "you don't have permission to delete this message"
    );
    private static readonly Failure Gone = Failure.NotFound("message not found or already deleted");

    /// <inheritdoc/>
    public async ValueTask HandleAsync(DeleteMessageFrame frame, SocketSession session, CancellationToken ct)
    {
        if (await RefusalAsync(frame, session.Caller.UserId, ct) is { } refusal)
            session.Refuse(refusal, DeleteMessageFrame.Type);
    }

    private async Task<Failure?> RefusalAsync(DeleteMessageFrame frame, Guid userId, CancellationToken ct)
    {
        if (await StoredMessage.FindAsync(database, frame.MessageId, ct) is not { } message)
            return StoredMessage.NotFound;
        if (await access.FindAsync(message.ChannelId, userId, ct) is not { } standing)
            return StoredMessage.NotFound;
        var refusal =
            message.SenderId == userId
                ? await rules.CheckAsync(standing, userId, WriteKind.DeleteOwn, ct)
                : await RefusalToModerateAsync(message, standing, ct);
        if (refusal is not null)
            return refusal;

        if (!await EraseAsync(message.Id, ct))
            return Gone;
        removal.Tell([new RemovedMessage(message.ChannelId, message.Id)]);
        return null;
    }

    /// <summary>
    /// One transaction: the statements after the first see what an edit kept for which that had to wait, and what was
    /// bound to the message. False when the message was deleted already.
    /// </summary>
    private async Task<bool> EraseAsync(Guid messageId, CancellationToken ct)
    {
        const string held = "exists (select from reports where target_id = $1 and status in ('pending', 'reviewed'))";
        await using var batch = database.CreateBatch();
        var delete = new NpgsqlBatchCommand(
            $"""
            update messages set deleted_at = $2,
                ciphertext = case when {held} then ciphertext else '' end,
                nonce = case when {held} then nonce else '' end
            where id = $1 and deleted_at is null
            """
        );
        delete.Parameters.Add(new() { Value = messageId });
        delete.Parameters.Add(new() { Value = clock.GetUtcNow() });
        batch.BatchCommands.Add(delete);
        var forget = new NpgsqlBatchCommand($"delete from message_edits where message_id = $1 and not {held}");
        forget.Parameters.Add(new() { Value = messageId });
        batch.BatchCommands.Add(forget);
        batch.BatchCommands.Add(
            new(MessageRemoval.DropFiles) { Parameters = { new() { Value = new[] { messageId } } } }
        );
        await batch.ExecuteNonQueryAsync(ct);
        return delete.RecordsAffected > 0;
    }

    private async ValueTask<Failure?> RefusalToModerateAsync(
        StoredMessage message,
        ChannelStanding moderator,
        CancellationToken ct
    )
    {
        if (moderator.Level < PostingRules.PrivilegedLevel)
            return NotAllowed;
        var author = message.SenderId is { } authorId ? await access.FindAsync(message.ChannelId, authorId, ct) : null;
        return Level.Outranks(moderator.Level, author?.Level ?? Level.Member) ? null : NotAllowed;
    }
}
