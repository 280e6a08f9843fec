using Chatalot.Features.Accounts;
using Chatalot.Features.Frames;
using Chatalot.Shared.Endpoints;

namespace Chatalot.Features.Polls;

/// <summary>
/// POST /api/polls/{poll_id}/vote: choose an option. In a single choice the vote moves from the option chosen before.
/// Only what changed is told. Members of the poll's channel.
/// </summary>
internal sealed class Vote(Voting voting) : Endpoint<Vote.Command>
{
    public sealed record Command(Guid PollId, int OptionIndex);

    public override void Configure()
    {
        Post("/api/polls/{poll_id}/vote");
        Summary("Cast a vote", 403, 404);
    }

    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        var (poll, change) = await voting.ChangeAsync(
            command.PollId,
            User.Id(),
            (poll, chosen) =>
                PollRules.CheckOption(command.OptionIndex, poll.Options) is { } wrong
                    ? throw wrong.AsException()
                    : VoteChange.For(command.OptionIndex, poll.MultiSelect, chosen),
            ct
        );
        Guid? voter = poll.Anonymous ? null : User.Id();
        foreach (var option in change.Withdrawn)
            voting.Tell(poll, User.Id(), Wire.Of(new PollVoteRemovedFrame(poll.Id, poll.ChannelId, option, voter)));
        if (change.Cast is { } cast)
            voting.Tell(poll, User.Id(), Wire.Of(new PollVotedFrame(poll.Id, poll.ChannelId, cast, voter)));
        return null;
    }
}
