using Chatalot.Features.Frames;
using Chatalot.Features.Gateway;
using Chatalot.Features.Spaces;
using Chatalot.Features.Users;
using Chatalot.Shared.Realtime;
using Npgsql;

namespace Chatalot.Features.Messages;

/// <summary>
/// subscribe with <c>last_seen</c>: sends what came to these channels after the message that the client saw last, oldest
/// first and within bounds, then <c>caught_up</c> (contract, realtime.md C13). The live traffic has begun by then, so a
/// message may come twice, but none is missing; clients ignore ids that they have.
/// </summary>
internal sealed class CatchUp(BlockDirectory blocks, NpgsqlDataSource database) : ISocketObserver
{
    private const int MostInChannel = 200;
    private const int MostChannels = 50;

    private const string Columns = """
        m.id, m.channel_id, m.sender_id, m.ciphertext, m.nonce, m.message_type, m.reply_to_id, m.sender_key_id,
        m.created_at, m.thread_id, m.webhook_name, m.webhook_avatar
        """;

    /// <inheritdoc/>
    public async ValueTask SubscribedAsync(
        SocketSession session,
        IReadOnlyList<Guid> channelIds,
        SubscribeFrame frame,
        CancellationToken ct
    )
    {
        if (frame.LastSeen is not { Count: > 0 } lastSeen)
            return;
        var seen = channelIds.Where(lastSeen.ContainsKey).ToDictionary(id => id, id => lastSeen[id]);
        var missed = await LoadAsync(session.Caller.UserId, seen.Take(MostChannels), ct);
        foreach (var (channelId, seenId) in seen)
        {
            var messages = missed.GetValueOrDefault(channelId, []);
            var frames = new OutgoingFrame.Builder();
            foreach (var message in messages.Take(MostInChannel))
                frames.Add(Wire.Utf8(message));
            var newest = messages.Take(MostInChannel).LastOrDefault()?.Id ?? seenId;
            var hasMore = messages.Count > MostInChannel || !missed.ContainsKey(channelId);
            frames.Add(Wire.Utf8(new CaughtUpFrame(channelId, newest, hasMore)));
            session.Connection.Send(frames.Build());
        }
    }

    private async Task<Dictionary<Guid, List<NewMessageFrame>>> LoadAsync(
        Guid readerId,
        IEnumerable<KeyValuePair<Guid, Guid>> seen,
        CancellationToken ct
    )
    {
        var blocked = await blocks.OfAsync(readerId, ct);
        var missed = seen.ToDictionary(channel => channel.Key, _ => new List<NewMessageFrame>());
        var messages = await database.ListAsync(
            $"""
            select missed.* from unnest($1, $2) seen(channel_id, message_id)
            cross join lateral (
                select {Columns} from messages m
                where m.channel_id = seen.channel_id and {MessageRange.After("seen.message_id")}
                    and {MessageVisibility.Without(blocked: 3)}
                order by {MessageRange.Order(newestFirst: false)} limit {MostInChannel + 1}
            ) missed
            order by missed.id
            """,
            Read,
            ct,
            missed.Keys.ToArray(),
            seen.Select(channel => channel.Value).ToArray(),
            blocked.ToArray()
        );
        foreach (var message in messages)
            missed[message.ChannelId].Add(message);
        return missed;
    }

    private static NewMessageFrame Read(NpgsqlDataReader row) =>
        new(
            row.GetGuid(0),
            row.GetGuid(1),
            row.GetId(2),
            row.GetFieldValue<byte[]>(3),
            row.GetFieldValue<byte[]>(4),
            row.GetString(5),
            row.GetId(6),
            row.GetId(7),
            row.GetFieldValue<DateTimeOffset>(8),
            row.GetId(9),
            row.GetText(10),
            row.GetText(11)
        );
}
