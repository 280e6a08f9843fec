namespace Chatalot.Features.Frames;

/// <summary>The user is typing; sent at most every 3 s while keys are pressed. Silent.</summary>
/// <param name="ChannelId">Where.</param>
public sealed record TypingFrame(Guid ChannelId) : IClientFrame
{
    /// <inheritdoc/>
    public static string Type => "typing";
}

/// <summary>The user stopped typing without sending. Silent.</summary>
/// <param name="ChannelId">Where.</param>
public sealed record StopTypingFrame(Guid ChannelId) : IClientFrame
{
    /// <inheritdoc/>
    public static string Type => "stop_typing";
}

/// <summary>Somebody types; to the other subscribers. Clients show it for 5 s.</summary>
/// <param name="ChannelId">Where.</param>
/// <param name="UserId">Who.</param>
public sealed record UserTypingFrame(Guid ChannelId, Guid UserId) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "user_typing";
}

/// <summary>Somebody no longer types: sent, stopped, disconnected or idle; to the other subscribers.</summary>
/// <param name="ChannelId">Where.</param>
/// <param name="UserId">Who.</param>
public sealed record UserStoppedTypingFrame(Guid ChannelId, Guid UserId) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "user_stopped_typing";
}
