using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;

namespace Chatalot.Features.Polls;

/// <summary>
/// GET /api/channels/{channel_id}/polls: the channel's polls, the latest first, without those of people whom the caller
/// has blocked. Members only.
/// </summary>
internal sealed class ListPolls(ChannelAccess access, PollStore polls)
    : Endpoint<ListPolls.Query, IReadOnlyList<PollResponse>>
{
    private const int Most = 200;

    /// <param name="ChannelId">The channel.</param>
    /// <param name="Before">Only polls older than this one.</param>
    /// <param name="Limit">1 to 200, default 200.</param>
    public sealed record Query(Guid ChannelId, Guid? Before, int? Limit);

    public override void Configure()
    {
        Get("/api/channels/{channel_id}/polls");
        Summary("List polls of a channel, newest first", 403);
    }

    public override async Task<IReadOnlyList<PollResponse>> ExecuteAsync(Query query, CancellationToken ct)
    {
        if (await access.FindAsync(query.ChannelId, User.Id(), ct) is null)
            throw Failure.Forbidden.AsException();
        var limit = Math.Clamp(query.Limit ?? Most, 1, Most);
        return await polls.ListAsync(query.ChannelId, query.Before, limit, User.Id(), ct);
    }
}
