namespace Chatalot.Features.Frames;

/// <summary>A poll was created; to the subscribers, who fetch its options.</summary>
/// <param name="PollId">Which.</param>
/// <param name="ChannelId">Where.</param>
/// <param name="CreatedBy">By whom.</param>
/// <param name="Question">The question.</param>
public sealed record PollCreatedFrame(Guid PollId, Guid ChannelId, Guid CreatedBy, string Question) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "poll_created";
}

/// <summary>A vote was cast; to the subscribers, in an anonymous poll without the voter's own connections.</summary>
/// <param name="PollId">Which.</param>
/// <param name="ChannelId">Where.</param>
/// <param name="OptionIndex">For which option, from 0.</param>
/// <param name="VoterId">By whom; null in an anonymous poll.</param>
public sealed record PollVotedFrame(Guid PollId, Guid ChannelId, int OptionIndex, Guid? VoterId) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "poll_voted";
}

/// <summary>A vote was taken back; to the same connections as <see cref="PollVotedFrame"/>.</summary>
/// <param name="PollId">Which.</param>
/// <param name="ChannelId">Where.</param>
/// <param name="OptionIndex">From which option, from 0.</param>
/// <param name="VoterId">By whom; null in an anonymous poll.</param>
public sealed record PollVoteRemovedFrame(Guid PollId, Guid ChannelId, int OptionIndex, Guid? VoterId) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "poll_vote_removed";
}

/// <summary>A poll takes no more votes; to the subscribers.</summary>
/// <param name="PollId">Which.</param>
/// <param name="ChannelId">Where.</param>
public sealed record PollClosedFrame(Guid PollId, Guid ChannelId) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "poll_closed";
}
