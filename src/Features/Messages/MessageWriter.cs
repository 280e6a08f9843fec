using Chatalot.Shared.Postgres;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace Chatalot.Features.Messages;

/// <summary>
/// Writes messages, on a connection of its own: a busy pool, or a database without a place for one more connection,
/// delays nobody's message. Its statements are planned once, not each time: planning would take longer than writing.
/// </summary>
public sealed class MessageWriter(DatabaseOptions options, ILoggerFactory loggers) : IAsyncDisposable
{
    /// <summary>
    /// Heads move first: a channel without a head, or whose head is already beyond our ids (another process has a
    /// faster clock), takes no part.
    /// </summary>
    private const string MovedHeads = """
        with input as (
            select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int[], $5::timestamptz[], $6::timestamptz[],
                $7::uuid[], $8::uuid[], $9::uuid[], $10::text[], $11::text[], $12::bytea[], $13::bytea[])
                as t(id, channel_id, sender_id, ordinal, created_at, expires_at,
                    sender_key_id, reply_to_id, thread_id, message_type, client_id, nonce, ciphertext)
        ), heads as (
            update channel_heads h
            set position = h.position + c.count, last_message_id = c.last_id
            from unnest($14::uuid[], $15::int[], $16::uuid[], $17::uuid[]) as c(channel_id, count, first_id, last_id)
            where h.channel_id = c.channel_id and h.last_message_id < c.first_id
            returning h.channel_id, h.position - c.count as base
        )
        """;

    private const string Columns = """
        id, channel_id, sender_id, position, created_at, expires_at, sender_key_id, reply_to_id, thread_id,
        message_type, client_id, nonce, ciphertext
        """;

    private const string Values = """
        i.id, i.channel_id, i.sender_id, heads.base + i.ordinal, i.created_at, i.expires_at, i.sender_key_id,
        i.reply_to_id, i.thread_id, i.message_type, i.client_id, i.nonce, i.ciphertext
        """;

    private const string UnlessRepeated = """
        on conflict (sender_id, client_id) where client_id is not null do nothing
        returning id
        """;

    /// <summary>
    /// What was not stored after all leaves its position empty. Unread counts are differences of positions, except
    /// where
    /// <c>channel_gaps</c> says that rows must be looked at.
    /// </summary>
    private const string NoteGaps = """
        insert into channel_gaps as gap (channel_id, last_message_id)
        select distinct on (i.channel_id) i.channel_id, i.id
        from input i join heads on heads.channel_id = i.channel_id
        where i.id not in (select id from stored)
        order by i.channel_id, i.id desc
        on conflict (channel_id) do update set last_message_id = excluded.last_message_id
            where gap.last_message_id < excluded.last_message_id
        """;

    /// <summary>
    /// Appends all messages with one statement, in one commit. Without ids of the clients' own nothing can be a repeat,
    /// and rows that cannot conflict are written once instead of tentatively.
    /// </summary>
    private const string Append = $"""
        {MovedHeads}
        insert into messages ({Columns})
        select {Values} from input i join heads on heads.channel_id = i.channel_id
        returning id
        """;

    /// <summary>The same for a batch in which clients gave ids.</summary>
    private const string AppendUnlessRepeated = $"""
        {MovedHeads}, stored as (
            insert into messages ({Columns})
            select {Values} from input i join heads on heads.channel_id = i.channel_id
            {UnlessRepeated}
        ), gaps as (
            {NoteGaps}
        )
        select id from stored
        """;

    /// <summary>The same for one message without an id of its client's, without what a list of them costs.</summary>
    private const string AppendOne = $"""
        with head as (
            update channel_heads set position = position + 1, last_message_id = $1
            where channel_id = $2 and last_message_id < $1
            returning position
        )
        insert into messages ({Columns})
        select $1, $2, $3, head.position, $4, $5, $6, $7, $8, $9, null, $10, $11 from head
        returning id
        """;

    /// <summary>
    /// The same for a batch with messages of webhooks or scheduled ones in it; what is sent on sockets pays nothing for
    /// them.
    /// </summary>
    private const string AppendWithExtras = $"""
        {MovedHeads},
        extras as (
            select * from unnest($1::uuid[], $18::text[], $19::text[], $20::uuid[], $21::uuid[], $22::text[])
                as t(id, webhook_name, webhook_avatar, scheduled_id, webhook_id, webhook_key)
        ), delivered as (
            delete from scheduled_messages s using extras e, input i, heads
            where s.id = e.scheduled_id and i.id = e.id and heads.channel_id = i.channel_id
            returning s.id
        ), posted as (
            insert into webhook_posts (webhook_id, key, message_id, posted_at)
            select e.webhook_id, e.webhook_key, e.id, i.created_at
            from extras e join input i on i.id = e.id join heads on heads.channel_id = i.channel_id
            where e.webhook_key is not null
            on conflict do nothing
            returning message_id
        ), stored as (
            insert into messages ({Columns}, webhook_name, webhook_avatar)
            select {Values}, e.webhook_name, e.webhook_avatar
            from input i join heads on heads.channel_id = i.channel_id join extras e on e.id = i.id
            where (e.scheduled_id is null or e.scheduled_id in (select id from delivered))
                and (e.webhook_key is null or e.id in (select message_id from posted))
            {UnlessRepeated}
        ), gaps as (
            {NoteGaps}
        )
        select id from stored
        """;

    private readonly NpgsqlDataSource database = DatabaseSource.CreateSingle(options, "messages", loggers);

    /// <summary>Appends the messages and returns the ids of those that were stored.</summary>
    public async Task<HashSet<Guid>> AppendAsync(IReadOnlyList<NewMessage> messages, CancellationToken ct)
    {
        var hasExtras = messages.Any(m => m.Webhook is not null || m.ScheduledId is not null);
        var mayRepeat = hasExtras || messages.Any(m => m.ClientId is not null);
        var isAlone = messages.Count == 1 && !mayRepeat;
        await using var command = database.CreateCommand(
            isAlone ? AppendOne
            : hasExtras ? AppendWithExtras
            : mayRepeat ? AppendUnlessRepeated
            : Append
        );
        if (isAlone)
            AddColumns(command.Parameters, messages[0]);
        else
            AddArrays(command.Parameters, messages, hasExtras);
        var stored = new HashSet<Guid>(messages.Count);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            stored.Add(reader.GetGuid(0));
        return stored;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => database.DisposeAsync();

    private static void AddColumns(NpgsqlParameterCollection parameters, NewMessage message)
    {
        Add(NpgsqlDbType.Uuid, message.Id);
        Add(NpgsqlDbType.Uuid, message.ChannelId);
        Add(NpgsqlDbType.Uuid, message.SenderId);
        Add(NpgsqlDbType.TimestampTz, message.CreatedAt);
        Add(NpgsqlDbType.TimestampTz, message.ExpiresAt);
        Add(NpgsqlDbType.Uuid, message.SenderKeyId);
        Add(NpgsqlDbType.Uuid, message.ReplyToId);
        Add(NpgsqlDbType.Uuid, message.ThreadId);
        Add(NpgsqlDbType.Text, message.MessageType);
        Add(NpgsqlDbType.Bytea, message.Nonce);
        Add(NpgsqlDbType.Bytea, message.Ciphertext);

        void Add<T>(NpgsqlDbType type, T value) =>
            parameters.Add(
                value is null
                    ? new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = type }
                    : new NpgsqlParameter<T> { TypedValue = value, NpgsqlDbType = type }
            );
    }

    private static void AddArrays(
        NpgsqlParameterCollection parameters,
        IReadOnlyList<NewMessage> messages,
        bool hasExtras
    )
    {
        var channels = new SortedDictionary<Guid, (int Count, Guid First, Guid Last)>();
        var ordinals = new int[messages.Count];
        for (var i = 0; i < ordinals.Length; i++)
        {
            var message = messages[i];
            var (count, first, _) = channels.GetValueOrDefault(message.ChannelId);
            channels[message.ChannelId] = (count + 1, count == 0 ? message.Id : first, message.Id);
            ordinals[i] = count + 1;
        }
        Add<Guid>(NpgsqlDbType.Uuid, m => m.Id);
        Add<Guid>(NpgsqlDbType.Uuid, m => m.ChannelId);
        Add<Guid?>(NpgsqlDbType.Uuid, m => m.SenderId);
        AddArray(NpgsqlDbType.Integer, ordinals);
        Add<DateTimeOffset>(NpgsqlDbType.TimestampTz, m => m.CreatedAt);
        Add<DateTimeOffset?>(NpgsqlDbType.TimestampTz, m => m.ExpiresAt);
        Add<Guid?>(NpgsqlDbType.Uuid, m => m.SenderKeyId);
        Add<Guid?>(NpgsqlDbType.Uuid, m => m.ReplyToId);
        Add<Guid?>(NpgsqlDbType.Uuid, m => m.ThreadId);
        Add<string>(NpgsqlDbType.Text, m => m.MessageType);
        Add<string?>(NpgsqlDbType.Text, m => m.ClientId);
        Add<byte[]>(NpgsqlDbType.Bytea, m => m.Nonce);
        Add<byte[]>(NpgsqlDbType.Bytea, m => m.Ciphertext);
        AddArray(NpgsqlDbType.Uuid, channels.Keys.ToArray());
        AddArray(NpgsqlDbType.Integer, channels.Values.Select(c => c.Count).ToArray());
        AddArray(NpgsqlDbType.Uuid, channels.Values.Select(c => c.First).ToArray());
        AddArray(NpgsqlDbType.Uuid, channels.Values.Select(c => c.Last).ToArray());
        if (!hasExtras)
            return;
        Add<string?>(NpgsqlDbType.Text, m => m.Webhook?.Name);
        Add<string?>(NpgsqlDbType.Text, m => m.Webhook?.Avatar);
        Add<Guid?>(NpgsqlDbType.Uuid, m => m.ScheduledId);
        Add<Guid?>(NpgsqlDbType.Uuid, m => m.Webhook?.WebhookId);
        Add<string?>(NpgsqlDbType.Text, m => m.Webhook?.Key);

        void Add<T>(NpgsqlDbType type, Func<NewMessage, T> value)
        {
            var column = new T[messages.Count];
            for (var i = 0; i < column.Length; i++)
                column[i] = value(messages[i]);
            AddArray(type, column);
        }

        void AddArray<T>(NpgsqlDbType type, T[] values) =>
            parameters.Add(new NpgsqlParameter<T[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type });
    }
}
