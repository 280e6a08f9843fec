using Chatalot.Features.Messages;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Search;

/// <summary>
/// Fills <c>message_texts</c>, channel by channel in the order of the commits, in short transactions. Who works on a
/// channel holds the row of its progress, so several processes never do the same work.
/// </summary>
internal sealed class TextIndex(NpgsqlDataSource database)
{
    private const int ChannelsAtOnce = 64;

    /// <summary>Of all channels together, so that no transaction lasts long.</summary>
    private const int MessagesAtOnce = 250;

    /// <summary>Indexes some of what waits.</summary>
    /// <param name="channelIds">Only these channels, and wait for others who work on them; null: any that are free.</param>
    /// <param name="ct">Ends the work.</param>
    /// <returns>How many messages were looked at; 0 when nothing waits.</returns>
    public async Task<int> AdvanceAsync(IReadOnlyCollection<Guid>? channelIds, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        // What a crash takes is indexed again, so no message waits for this to reach the disk. A search saves the round.
        if (channelIds is null)
            await connection.ExecuteAsync("set local synchronous_commit = off", ct);
        var changed = await IndexChangedAsync(connection, ct);
        var added = await IndexNewAsync(connection, channelIds, ct);
        await transaction.CommitAsync(ct);
        return changed + added;
    }

    private static async Task<int> IndexChangedAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var due = await connection.ListAsync(
            $"""
            with due as (
                delete from message_texts_due where message_id in (
                    select message_id from message_texts_due limit {MessagesAtOnce} for update skip locked
                )
                returning message_id
            )
            select m.id, m.channel_id, m.message_type, m.ciphertext, m.deleted_at is not null
            from due join messages m on m.id = due.message_id
            """,
            Source.From,
            ct
        );
        if (due.Count == 0)
            return 0;
        await connection.ExecuteAsync(
            "delete from message_texts where message_id = any($1)",
            ct,
            due.Select(message => message.Id).ToArray()
        );
        await StoreAsync(connection, due, ct);
        return due.Count;
    }

    private static async Task<int> IndexNewAsync(
        NpgsqlConnection connection,
        IReadOnlyCollection<Guid>? channelIds,
        CancellationToken ct
    )
    {
        // Without channels of its own the search takes whatever is free.
        object[] only = channelIds is null ? [] : [channelIds.ToArray()];
        var isAny = channelIds is null;
        var begun = await connection.ExecuteAsync(
            $"""
            insert into search_progress (channel_id)
            select h.channel_id from channel_heads h
            where {(isAny ? "" : "h.channel_id = any($1) and ")}
                not exists (select from search_progress p where p.channel_id = h.channel_id)
            on conflict do nothing
            """,
            ct,
            only
        );
        var work = await connection.ListAsync(
            $"""
            select p.channel_id, p.last_message_id, h.last_message_id
            from search_progress p join channel_heads h on h.channel_id = p.channel_id
            where h.last_message_id > p.last_message_id {(isAny ? "" : "and p.channel_id = any($1)")}
            order by p.channel_id limit {ChannelsAtOnce} for update of p {(isAny ? "skip locked" : "")}
            """,
            row => (Channel: row.GetGuid(0), Last: row.GetGuid(1), Head: row.GetGuid(2)),
            ct,
            only
        );
        if (work.Count == 0)
            return begun;
        var messages = await connection.ListAsync(
            $"""
            select next.* from unnest($1::uuid[], $2::uuid[]) as work(channel_id, last_id)
            cross join lateral (
                select m.id, m.channel_id, m.message_type, m.ciphertext, m.deleted_at is not null from messages m
                where m.channel_id = work.channel_id and {MessageRange.After("work.last_id")}
                order by {MessageRange.Order(newestFirst: false)} limit {MessagesAtOnce / work.Count}
            ) next
            order by next.id
            """,
            Source.From,
            ct,
            work.Select(w => w.Channel).ToArray(),
            work.Select(w => w.Last).ToArray()
        );
        await StoreAsync(connection, messages, ct);
        var progress = messages.GroupBy(m => m.ChannelId).ToDictionary(c => c.Key, c => c.Last().Id);
        // A channel whose newest messages are gone for good has nothing left to read up to the head that was seen.
        await connection.ExecuteAsync(
            """
            update search_progress p set last_message_id = work.last_id
            from unnest($1::uuid[], $2::uuid[]) as work(channel_id, last_id) where p.channel_id = work.channel_id
            """,
            ct,
            work.Select(w => w.Channel).ToArray(),
            work.Select(w => progress.GetValueOrDefault(w.Channel, w.Head)).ToArray()
        );
        return Math.Max(messages.Count, 1);
    }

    private static async Task StoreAsync(
        NpgsqlConnection connection,
        IReadOnlyList<Source> messages,
        CancellationToken ct
    )
    {
        var texts = messages
            .Where(message => !message.IsDeleted)
            .Select(message => (message.Id, message.ChannelId, Body: SearchableText.Of(message.Type, message.Content)))
            .Where(text => text.Body is not null)
            .ToList();
        if (texts.Count == 0)
            return;
        await connection.ExecuteAsync(
            """
            insert into message_texts (message_id, channel_id, body)
            select * from unnest($1::uuid[], $2::uuid[], $3::text[]) on conflict (message_id) do nothing
            """,
            ct,
            texts.Select(text => text.Id).ToArray(),
            texts.Select(text => text.ChannelId).ToArray(),
            texts.Select(text => text.Body!).ToArray()
        );
        await connection.ExecuteAsync(
            """
            select gin_clean_pending_list(c.oid) from pg_class c join pg_index i on i.indexrelid = c.oid
            where i.indrelid = 'message_texts'::regclass
              and c.relname in ('message_texts_by_word', 'message_texts_by_part')
            """,
            ct
        );
    }

    private sealed record Source(Guid Id, Guid ChannelId, string Type, byte[] Content, bool IsDeleted)
    {
        public static Source From(NpgsqlDataReader row) =>
            new(row.GetGuid(0), row.GetGuid(1), row.GetString(2), row.GetFieldValue<byte[]>(3), row.GetBoolean(4));
    }
}
