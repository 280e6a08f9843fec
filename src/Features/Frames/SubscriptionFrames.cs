namespace Chatalot.Features.Frames;

/// <summary>
/// Starts the live traffic of channels for this connection. Channels without membership are skipped silently.
/// </summary>
/// <param name="ChannelIds">Duplicates and channels already subscribed are allowed.</param>
/// <param name="LastSeen">
/// Channel id to the newest message id that the client has: what came after it is sent again, within bounds.
/// </param>
public sealed record SubscribeFrame(IReadOnlyList<Guid> ChannelIds, IReadOnlyDictionary<Guid, Guid>? LastSeen = null)
    : IClientFrame
{
    /// <inheritdoc/>
    public static string Type => "subscribe";
}

/// <summary>Ends the live traffic of channels for this connection. Silent.</summary>
/// <param name="ChannelIds">Empty: all of them.</param>
public sealed record UnsubscribeFrame(IReadOnlyList<Guid> ChannelIds) : IClientFrame
{
    /// <inheritdoc/>
    public static string Type => "unsubscribe";
}

/// <summary>
/// To a client that named a last-seen message: what came after it in this channel has been sent, oldest first.
/// </summary>
/// <param name="ChannelId">Where.</param>
/// <param name="MessageId">The newest message that was sent again; the client's own when there was none.</param>
/// <param name="HasMore">More came than is sent again: fetch the rest from history, <c>after</c> this message.</param>
public sealed record CaughtUpFrame(Guid ChannelId, Guid MessageId, bool HasMore) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "caught_up";
}
