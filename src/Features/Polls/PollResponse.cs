namespace Chatalot.Features.Polls;

/// <summary>A poll as HTTP answers it (contract, messages.md 9.1).</summary>
/// <param name="Id">The poll.</param>
/// <param name="ChannelId">Where it was asked.</param>
/// <param name="CreatedBy">Who asked; null when the account is gone.</param>
/// <param name="Question">The question.</param>
/// <param name="Options">The possible answers; their order is their index.</param>
/// <param name="MultiSelect">Whether a person may choose several.</param>
/// <param name="Anonymous">Whether nobody is told who voted for what.</param>
/// <param name="Closed">Closed by hand; expiry does not set it.</param>
/// <param name="ExpiresAt">When voting ends by itself, if ever.</param>
/// <param name="CreatedAt">When it was asked.</param>
/// <param name="Votes">One entry an option, in their order.</param>
/// <param name="MyVotes">The options that the caller chose, also in anonymous polls.</param>
internal sealed record PollResponse(
    Guid Id,
    Guid ChannelId,
    Guid? CreatedBy,
    string Question,
    IReadOnlyList<string> Options,
    bool MultiSelect,
    bool Anonymous,
    bool Closed,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset CreatedAt,
    IReadOnlyList<PollVotesResponse> Votes,
    IReadOnlyList<int> MyVotes
);

/// <summary>The votes for one option.</summary>
/// <param name="OptionIndex">Which option, from 0.</param>
/// <param name="Count">How many votes.</param>
/// <param name="VoterIds">Who voted, the first 1,000 of them; nobody in anonymous polls.</param>
internal sealed record PollVotesResponse(int OptionIndex, int Count, IReadOnlyList<Guid> VoterIds);
