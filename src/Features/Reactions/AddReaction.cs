using Chatalot.Features.Frames;
using Chatalot.Features.Gateway;
using Chatalot.Features.Messages;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Realtime;
using Npgsql;

namespace Chatalot.Features.Reactions;

/// <summary>
/// add_reaction: an emoji on a message (contract, realtime.md 9 with its corrections A5, A8, D5, D6). At most 20
/// different ones a message; joining one that is there is always possible. A repeat changes nothing and tells nobody.
/// </summary>
internal sealed class AddReaction(ReactionRules rules, Rooms rooms, NpgsqlDataSource database, TimeProvider clock)
    : IFrameHandler<AddReactionFrame>
{
    private static readonly Failure TooQuick = new(429, "rate_limited", "adding reactions too quickly");
    private static readonly Failure TooMany = Failure.Validation("maximum number of reactions reached");

    private readonly Cooldown cooldown = new(TimeSpan.FromMilliseconds(200), clock);

    private enum Outcome
    {
        Added,
        Repeated,
        Full,
        Gone,
    }

    /// <inheritdoc/>
    public async ValueTask HandleAsync(AddReactionFrame frame, SocketSession session, CancellationToken ct)
    {
        if (await RefusalAsync(frame, session.Caller.UserId, ct) is { } refusal)
            session.Refuse(refusal, AddReactionFrame.Type);
    }

    private async Task<Failure?> RefusalAsync(AddReactionFrame frame, Guid userId, CancellationToken ct)
    {
        if (cooldown.IsOn(userId))
            return TooQuick;
        if (!ReactionRules.IsEmoji(frame.Emoji))
            return ReactionRules.InvalidEmoji;
        var (message, refusal) = await rules.FindAsync(frame.MessageId, userId, ct);
        if (refusal is not null)
            return refusal;
        // What is refused costs no pause.
        if (!cooldown.TryBegin(userId))
            return TooQuick;
        switch (await StoreAsync(frame, userId, ct))
        {
            case Outcome.Gone:
                return StoredMessage.NotFound;
            case Outcome.Full:
                return TooMany;
            case Outcome.Added:
                var added = new ReactionAddedFrame(frame.MessageId, userId, frame.Emoji);
                rooms.Publish(message!.ChannelId, Wire.Of(added));
                return null;
            default:
                return null;
        }
    }

    /// <summary>
    /// One round trip and one transaction: the message's row is locked, so that two cannot both be the twentieth.
    /// </summary>
    private async Task<Outcome> StoreAsync(AddReactionFrame frame, Guid userId, CancellationToken ct)
    {
        await using var batch = database.CreateBatch();
        Add($"select from messages m where m.id = $1 and {MessageVisibility.Sql} for no key update");
        Add(
            $"""
            insert into message_reactions (message_id, emoji, user_id, created_at)
            select m.id, $2, $3, $4 from messages m
            where m.id = $1 and {MessageVisibility.Sql} and (
                exists (select from message_reactions where message_id = $1 and emoji = $2)
                or (select count(distinct emoji) from message_reactions where message_id = $1)
                    < {ReactionRules.MostEmoji}
            )
            on conflict do nothing
            returning true
            """,
            frame.Emoji,
            userId,
            clock.GetUtcNow()
        );
        Add(
            "select exists (select from message_reactions where message_id = $1 and emoji = $2 and user_id = $3)",
            frame.Emoji,
            userId
        );
        await using var reader = await batch.ExecuteReaderAsync(ct);
        var isThere = await reader.ReadAsync(ct);
        await reader.NextResultAsync(ct);
        var isAdded = await reader.ReadAsync(ct);
        await reader.NextResultAsync(ct);
        await reader.ReadAsync(ct);
        return !isThere ? Outcome.Gone
            : isAdded ? Outcome.Added
            : reader.GetBoolean(0) ? Outcome.Repeated
            : Outcome.Full;

        void Add(string sql, params object[] values)
        {
            var command = new NpgsqlBatchCommand(sql) { Parameters = { new() { Value = frame.MessageId } } };
            foreach (var value in values)
                command.Parameters.Add(new() { Value = value });
            batch.BatchCommands.Add(command);
        }
    }
}
