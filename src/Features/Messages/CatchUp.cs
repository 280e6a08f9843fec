using Chatalot.Features.Frames;
using Chatalot.Features.Gateway;
using Chatalot.Features.Users;
using Chatalot.Shared.Postgres;
using Chatalot.Shared.Realtime;
using Npgsql;

namespace Chatalot.Features.Messages;

/// <summary>
/// subscribe with <c>last_seen</c>: sends what came to these channels after the message that the client saw last,
/// oldest first and within bounds, then <c>caught_up</c> (contract, realtime.md C13). The live traffic has begun by
/// then, so a message may come twice, but none is missing; clients ignore ids that they have. One's own direct messages
/// come as they do live: to devices that asked for them.
/// </summary>
internal sealed class CatchUp(BlockDirectory blocks, NpgsqlDataSource database, RealtimeOptions options)
    : ISocketObserver
{
    private const int MostInChannel = 200;
    private const int MostChannels = 50;

    private const string Columns = """
        m.id, m.channel_id, m.sender_id, m.ciphertext, m.nonce, m.message_type, m.reply_to_id, m.sender_key_id,
        m.created_at, m.thread_id, m.webhook_name, m.webhook_avatar
        """;

    /// <summary>Bytes that are sent at once at most; the rest of the socket's queue is for the live traffic.</summary>
    private readonly int mostBytes = options.QueueBytes / 2;

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
        // Whoever listens is a member: the subscription ends with the membership.
        var seen = frame
            .ChannelIds.Distinct()
            .Intersect(Rooms.Of(session.Connection))
            .Where(lastSeen.ContainsKey)
            .ToDictionary(id => id, id => lastSeen[id]);
        if (seen.Count == 0)
            return;
        var missed = await LoadAsync(session.Connection, seen.Take(MostChannels), ct);
        foreach (var (channelId, seenId) in seen)
        {
            var part = missed.GetValueOrDefault(channelId) ?? new Missed { HasMore = true };
            part.Frames.Add(Wire.Utf8(new CaughtUpFrame(channelId, part.Newest ?? seenId, part.HasMore)));
            session.Connection.Send(part.Frames.Build());
        }
    }

    /// <summary>
    /// Messages as they are sent, as many as there is room for: what does not fit is there to be asked for.
    /// </summary>
    private async Task<Dictionary<Guid, Missed>> LoadAsync(
        Connection reader,
        IEnumerable<KeyValuePair<Guid, Guid>> seen,
        CancellationToken ct
    )
    {
        var blocked = await blocks.OfAsync(reader.UserId, ct);
        var missed = seen.ToDictionary(channel => channel.Key, _ => new Missed());
        await using var command = database.CreateCommand(
            $"""
            select missed.* from (
                select seen.*, (
                    select channel.data ->> 'type' = 'dm' from mt_doc_channel channel where channel.id = seen.channel_id
                ) as is_direct
                from unnest($1, $2) seen(channel_id, message_id)
            ) seen
            cross join lateral (
                select {Columns} from messages m
                where m.channel_id = seen.channel_id and {MessageRange.After("seen.message_id")}
                    and {MessageVisibility.Without(blocked: 3)}
                    and (m.sender_id is distinct from $4 or not seen.is_direct)
                order by {MessageRange.Order(newestFirst: false)} limit {MostInChannel + 1}
            ) missed
            order by missed.id
            """
        );
        command.Parameters.Add(new NpgsqlParameter { Value = missed.Keys.ToArray() });
        command.Parameters.Add(new NpgsqlParameter { Value = seen.Select(channel => channel.Value).ToArray() });
        command.Parameters.Add(new NpgsqlParameter { Value = blocked.ToArray() });
        var withheld = reader.Abilities.Contains(DirectFanOut.OwnMessages) ? Guid.Empty : reader.UserId;
        command.Parameters.Add(new NpgsqlParameter { Value = withheld });
        await using var rows = await command.ExecuteReaderAsync(ct);
        var bytes = 0;
        while (await rows.ReadAsync(ct))
        {
            var message = Read(rows);
            if (TryAdd(missed[message.ChannelId], message, ref bytes))
                continue;
            foreach (var part in missed.Values)
                part.HasMore = true;
            break;
        }
        return missed;
    }

    /// <summary>False when there is no room for it.</summary>
    private bool TryAdd(Missed part, NewMessageFrame message, ref int bytes)
    {
        if (part.Count == MostInChannel)
        {
            part.HasMore = true;
            return true;
        }
        var text = Wire.Utf8(message);
        if (bytes + text.Length > mostBytes)
            return false;
        part.Frames.Add(text);
        part.Count++;
        part.Newest = message.Id;
        bytes += text.Length;
        return true;
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

    /// <summary>What one channel has for the client.</summary>
    private sealed class Missed
    {
        public OutgoingFrame.Builder Frames { get; } = new();
        public int Count { get; set; }
        public Guid? Newest { get; set; }
        public bool HasMore { get; set; }
    }
}
