namespace Chatalot.Features.Frames;

/// <summary>Reacts to a message. No answer but <see cref="ReactionAddedFrame"/>.</summary>
/// <param name="MessageId">Which message.</param>
/// <param name="Emoji">1 to 32 characters.</param>
public sealed record AddReactionFrame(Guid MessageId, string Emoji) : IClientFrame
{
    /// <inheritdoc/>
    public static string Type => "add_reaction";
}

/// <summary>Takes one's reaction back. No answer but <see cref="ReactionRemovedFrame"/>.</summary>
/// <param name="MessageId">Which message.</param>
/// <param name="Emoji">1 to 32 characters.</param>
public sealed record RemoveReactionFrame(Guid MessageId, string Emoji) : IClientFrame
{
    /// <inheritdoc/>
    public static string Type => "remove_reaction";
}

/// <summary>Somebody reacted; to the subscribers of the message's channel, the actor included.</summary>
/// <param name="MessageId">Which message.</param>
/// <param name="UserId">Who.</param>
/// <param name="Emoji">With what.</param>
public sealed record ReactionAddedFrame(Guid MessageId, Guid UserId, string Emoji) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "reaction_added";
}

/// <summary>Somebody took a reaction back; to the subscribers of the message's channel, the actor included.</summary>
/// <param name="MessageId">Which message.</param>
/// <param name="UserId">Who.</param>
/// <param name="Emoji">Which.</param>
public sealed record ReactionRemovedFrame(Guid MessageId, Guid UserId, string Emoji) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "reaction_removed";
}
