using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Features.Users;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Npgsql;

namespace Chatalot.Features.Messages;

/// <summary>
/// GET /api/channels/{channel_id}/messages: one page of a channel's history, newest first. Members only. A page shorter
/// than the limit is the last one. What people wrote whom the caller has blocked is left out. The cursor is a message
/// id: ids grow with time, so it works for messages that are gone.
/// </summary>
public sealed class GetHistory(ChannelAccess access, BlockDirectory blocks, NpgsqlDataSource database)
    : Endpoint<GetHistory.Query, IReadOnlyList<MessageResponse>>
{
    /// <summary>The page that is asked for.</summary>
    /// <param name="ChannelId">The channel.</param>
    /// <param name="Before">Only messages older than this one.</param>
    /// <param name="After">
    /// Only messages newer than this one, the ones next to it: catching up after an absence.
    /// </param>
    /// <param name="Limit">0 to 100, default 50; other values are brought into the range.</param>
    /// <param name="RootOnly">Leaves out messages that belong to a thread.</param>
    public sealed record Query(Guid ChannelId, Guid? Before, Guid? After, int? Limit, bool? RootOnly);

    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/channels/{channel_id}/messages");
        Summary("Channel history page, newest first", 403);
    }

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<MessageResponse>> ExecuteAsync(Query query, CancellationToken ct)
    {
        if (await access.FindAsync(query.ChannelId, User.Id(), ct) is null)
            throw Failure.Forbidden.AsException();
        var limit = MessagePage.Limit(query.Limit);
        if (limit == 0)
            return [];

        var blocked = await blocks.OfAsync(User.Id(), ct);
        await using var command = database.CreateCommand(Sql(query));
        command.Parameters.Add(new() { Value = query.ChannelId });
        command.Parameters.Add(new() { Value = limit });
        command.Parameters.Add(new() { Value = query.After ?? query.Before ?? Guid.AllBitsSet });
        command.Parameters.Add(new() { Value = blocked.ToArray() });
        if (query.After is not null && query.Before is { } before)
            command.Parameters.Add(new() { Value = before });
        var page = await MessagePage.ReadAsync(command, ct);
        if (query.After is not null)
            page.Reverse();
        return page;
    }

    private static string Sql(Query query)
    {
        var position = (query.After, query.Before) switch
        {
            (null, _) => MessageRange.Before("$3"),
            (_, null) => MessageRange.After("$3"),
            _ => $"{MessageRange.After("$3")} and {MessageRange.Before("$5")}",
        };
        var roots = query.RootOnly == true ? "and m.thread_id is null" : "";
        return MessagePage.Sql($"m.channel_id = $1 and {position} {roots}", newestFirst: query.After is null);
    }
}
