using Chatalot.Features.Accounts;
using Chatalot.Features.Frames;
using Chatalot.Shared.Endpoints;

namespace Chatalot.Features.Polls;

/// <summary>
/// DELETE /api/polls/{poll_id}/vote/{option_index}: take back a vote. Members of the poll's channel. Nothing is told
/// when there was no such vote.
/// </summary>
internal sealed class WithdrawVote(Voting voting) : Endpoint<WithdrawVote.Command>
{
    public sealed record Command(Guid PollId, int OptionIndex);

    public override void Configure()
    {
        Delete("/api/polls/{poll_id}/vote/{option_index}");
        Summary("Withdraw a vote", 403, 404);
    }

    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        var (poll, change) = await voting.ChangeAsync(
            command.PollId,
            User.Id(),
            (poll, chosen) =>
                PollRules.CheckOption(command.OptionIndex, poll.Options) is { } wrong
                    ? throw wrong.AsException()
                    : VoteChange.Without(command.OptionIndex, chosen),
            ct
        );
        Guid? voter = poll.Anonymous ? null : User.Id();
        foreach (var option in change.Withdrawn)
            voting.Tell(poll, User.Id(), Wire.Of(new PollVoteRemovedFrame(poll.Id, poll.ChannelId, option, voter)));
        return null;
    }
}
