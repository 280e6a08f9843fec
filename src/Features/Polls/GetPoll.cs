using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;

namespace Chatalot.Features.Polls;

/// <summary>GET /api/polls/{poll_id}: one poll. Members of its channel.</summary>
internal sealed class GetPoll(ChannelAccess access, PollStore polls) : Endpoint<GetPoll.Query, PollResponse>
{
    public sealed record Query(Guid PollId);

    public override void Configure()
    {
        Get("/api/polls/{poll_id}");
        Summary("Read a poll", 403, 404);
    }

    public override async Task<PollResponse> ExecuteAsync(Query query, CancellationToken ct)
    {
        var poll = await polls.FindAsync(query.PollId, User.Id(), ct) ?? throw PollRules.NotFound.AsException();
        return await access.FindAsync(poll.ChannelId, User.Id(), ct) is not null
            ? poll
            : throw Failure.Forbidden.AsException();
    }
}
