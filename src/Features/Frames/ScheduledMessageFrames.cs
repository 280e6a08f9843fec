namespace Chatalot.Features.Frames;

/// <summary>
/// A scheduled message was posted; to its author's connections, which keep its text under the new id.
/// </summary>
/// <param name="ScheduledId">What was scheduled.</param>
/// <param name="MessageId">The message that it became.</param>
/// <param name="ChannelId">Where.</param>
/// <param name="CreatedAt">The stored time.</param>
public sealed record ScheduledMessageDeliveredFrame(
    Guid ScheduledId,
    Guid MessageId,
    Guid ChannelId,
    DateTimeOffset CreatedAt
) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "scheduled_message_delivered";
}

/// <summary>A scheduled message could not be posted and was given up; to its author's connections.</summary>
/// <param name="ScheduledId">What was scheduled.</param>
/// <param name="ChannelId">Where.</param>
/// <param name="Reason">Why, for people.</param>
public sealed record ScheduledMessageFailedFrame(Guid ScheduledId, Guid ChannelId, string Reason) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "scheduled_message_failed";
}
