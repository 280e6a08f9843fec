using Chatalot.Features.Frames;
using Chatalot.Features.Gateway;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Chatalot.Shared.Realtime;
using Npgsql;

namespace Chatalot.Features.Reactions;

/// <summary>
/// remove_reaction: takes one's own emoji back (contract, realtime.md 9). Silent where there was none.
/// </summary>
internal sealed class RemoveReaction(ReactionRules rules, Rooms rooms, NpgsqlDataSource database)
    : IFrameHandler<RemoveReactionFrame>
{
    /// <inheritdoc/>
    public async ValueTask HandleAsync(RemoveReactionFrame frame, SocketSession session, CancellationToken ct)
    {
        if (await RefusalAsync(frame, session.Caller.UserId, ct) is { } refusal)
            session.Refuse(refusal, RemoveReactionFrame.Type);
    }

    private async Task<Failure?> RefusalAsync(RemoveReactionFrame frame, Guid userId, CancellationToken ct)
    {
        if (!ReactionRules.IsEmoji(frame.Emoji))
            return ReactionRules.InvalidEmoji;
        var (message, refusal) = await rules.FindAsync(frame.MessageId, userId, ct);
        if (refusal is not null)
            return refusal;
        var removed = await database.ExecuteAsync(
            "delete from message_reactions where message_id = $1 and emoji = $2 and user_id = $3",
            ct,
            frame.MessageId,
            frame.Emoji,
            userId
        );
        if (removed > 0)
        {
            var gone = new ReactionRemovedFrame(frame.MessageId, userId, frame.Emoji);
            rooms.Publish(message!.ChannelId, Wire.Of(gone));
        }
        return null;
    }
}
