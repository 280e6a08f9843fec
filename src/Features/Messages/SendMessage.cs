using Chatalot.Features.Channels;
using Chatalot.Features.Frames;
using Chatalot.Features.Gateway;
using Chatalot.Shared.Errors;

namespace Chatalot.Features.Messages;

/// <summary>
/// send_message: posts to a channel (contract, realtime.md 7.2 and 7.3). Answered by message_sent once the message is
/// durable, or by an error; answers come in the order of the sends.
/// </summary>
public sealed class SendMessage(
    ChannelAccess access,
    WriteRules rules,
    MessageTargets targets,
    SlowMode slowMode,
    DirectChannels directs,
    MessageStore store,
    MessageLog log
) : IFrameHandler<SendMessageFrame>
{
    /// <inheritdoc/>
    public async ValueTask HandleAsync(SendMessageFrame frame, SocketSession session, CancellationToken ct)
    {
        var wrong =
            PostingRules.CheckSizes(frame.Ciphertext, frame.Nonce, frame.ClientId)
            ?? PostingRules.CheckFiles(frame.FileIds);
        if (wrong is { } wrongSize)
        {
            Refuse(session, frame, wrongSize);
            return;
        }
        var standing = await access.FindAsync(frame.ChannelId, session.Caller.UserId, ct);
        if (standing is null)
        {
            Refuse(session, frame, new Failure(403, "forbidden", "not a member of this channel"));
            return;
        }
        var (threadRoot, refusal) = await CheckAsync(frame, standing, session.Caller.UserId, ct);
        if (refusal is not null)
        {
            // A repeat of what was stored before the rules changed is confirmed: its sender must not take it for lost.
            if (await FindFirstAsync(frame, session.Caller.UserId, ct) is { } first)
                session.Send(Confirmation(first, frame.ClientId));
            else
                Refuse(session, frame, refusal);
            return;
        }
        var direct = await directs.DeliveryAsync(standing.Channel, session.Caller.UserId, ct);
        await session.UnconfirmedSlotAsync();
        await log.AppendAsync(
            new NewMessage
            {
                ChannelId = frame.ChannelId,
                SenderId = session.Caller.UserId,
                Ciphertext = frame.Ciphertext,
                Nonce = frame.Nonce,
                MessageType = frame.MessageType,
                SenderKeyId = frame.SenderKeyId,
                ReplyToId = frame.ReplyTo,
                ThreadId = threadRoot,
                ClientId = frame.ClientId,
                FileIds = frame.FileIds,
                TtlSeconds = standing.Channel.MessageTtlSeconds,
                Direct = direct,
                Origin = session.Connection,
                Receipt = new SocketReceipt(session),
            },
            ct
        );
    }

    /// <summary>The root of the thread and why the message is refused, in the contract's order.</summary>
    private async ValueTask<(Guid? ThreadRoot, Failure? Refusal)> CheckAsync(
        SendMessageFrame frame,
        ChannelStanding standing,
        Guid senderId,
        CancellationToken ct
    )
    {
        var isDirect = standing.Channel.Type is ChannelType.Dm;
        var isSlow = SlowMode.Binds(standing) && await FindFirstAsync(frame, senderId, ct) is null;
        if (!isDirect && WriteRules.CheckChannel(standing, WriteKind.Post) is { } closed)
            return (null, closed);
        if (isSlow && await slowMode.CheckAsync(standing, senderId, ct) is { } tooSoon)
            return (null, tooSoon);
        if (await rules.CheckAsync(standing, senderId, WriteKind.Post, ct) is { } barred)
            return (null, barred);
        var (threadRoot, wrongTarget) = await targets.ResolveAsync(frame, senderId, ct);
        var refusal = wrongTarget ?? PostingRules.CheckType(standing.Channel.Type, frame.MessageType, threadRoot);
        if (refusal is null && isSlow)
            refusal = await slowMode.TakeTurnAsync(standing, senderId, ct);
        return (threadRoot, refusal);
    }

    /// <summary>
    /// What was stored already under the client's own id needs no turn and no right: its repeat is confirmed.
    /// </summary>
    private async ValueTask<FirstMessage?> FindFirstAsync(
        SendMessageFrame frame,
        Guid senderId,
        CancellationToken ct
    ) => frame.ClientId is { } clientId ? await store.FindByClientIdAsync(senderId, clientId, ct) : null;

    private static MessageSentFrame Confirmation(FirstMessage first, string? clientId) =>
        new(first.Id, first.ChannelId, first.CreatedAt, first.ThreadId, clientId);

    private static void Refuse(SocketSession session, SendMessageFrame frame, Failure failure) =>
        session.Refuse(failure, SendMessageFrame.Type, frame.ClientId);

    /// <summary>Carries the outcome back to the socket that sent the message.</summary>
    private sealed class SocketReceipt(SocketSession session) : IMessageReceipt
    {
        public void Committed(NewMessage message)
        {
            session.Confirmed();
            var stored =
                message.Repeats ?? new FirstMessage(message.Id, message.ChannelId, message.ThreadId, message.CreatedAt);
            session.Send(Confirmation(stored, message.ClientId));
        }

        public void Refused(NewMessage message, Failure failure)
        {
            session.Confirmed();
            session.Refuse(failure, SendMessageFrame.Type, message.ClientId);
        }
    }
}
