using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Features.Users;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Npgsql;

namespace Chatalot.Features.Messages;

/// <summary>
/// GET /api/channels/{channel_id}/threads/{message_id}: the newest replies of a thread (older than the cursor), oldest
/// first, without the root and without what people wrote whom the caller has blocked. Members only. A thread goes with
/// its root: when that may not be seen, neither may its replies.
/// </summary>
public sealed class GetThread(ChannelAccess access, BlockDirectory blocks, NpgsqlDataSource database)
    : Endpoint<GetThread.Query, IReadOnlyList<MessageResponse>>
{
    /// <summary>The page that is asked for.</summary>
    /// <param name="ChannelId">The channel.</param>
    /// <param name="MessageId">The root; a reply has no replies of its own.</param>
    /// <param name="Before">Only replies older than this one.</param>
    /// <param name="Limit">0 to 100, default 50; other values are brought into the range.</param>
    public sealed record Query(Guid ChannelId, Guid MessageId, Guid? Before, int? Limit);

    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/channels/{channel_id}/threads/{message_id}");
        Summary("Replies of a thread, oldest first", 403, 404);
    }

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<MessageResponse>> ExecuteAsync(Query query, CancellationToken ct)
    {
        if (await access.FindAsync(query.ChannelId, User.Id(), ct) is null)
            throw Failure.Forbidden.AsException();
        if ((await StoredMessage.FindAsync(database, query.MessageId, ct))?.ChannelId != query.ChannelId)
            throw Failure.NotFound("thread root not found").AsException();
        var limit = MessagePage.Limit(query.Limit);
        if (limit == 0)
            return [];

        var blocked = await blocks.OfAsync(User.Id(), ct);
        await using var command = database.CreateCommand(
            MessagePage.Sql(
                $"m.channel_id = $1 and m.thread_id = $3 and {MessageRange.Before("$5")}",
                newestFirst: true
            )
        );
        command.Parameters.Add(new() { Value = query.ChannelId });
        command.Parameters.Add(new() { Value = limit });
        command.Parameters.Add(new() { Value = query.MessageId });
        command.Parameters.Add(new() { Value = blocked.ToArray() });
        command.Parameters.Add(new() { Value = query.Before ?? Guid.AllBitsSet });
        var page = await MessagePage.ReadAsync(command, ct);
        page.Reverse();
        return page;
    }
}
