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
        // What a crash takes is indexed again, so no message waits for this to reach the disk. A search saves the
        // round.
        if (channelIds is null)
            await connection.ExecuteAsync("set local synchronous_commit = off", ct);
        var changed = await IndexChangedAsync(connection, ct);
        var added = await IndexNewAsync(connection, channelIds, ct);
        await transaction.CommitAsync(CancellationToken.None);
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
            order by m.id
            """,
            Source.From,
            ct
        );
        if (due.Count == 0)
            return 0;
        // Somebody else may be reading or storing at this moment what one of them said before, unseen from here.
        // Writing the same row waits for theirs and stays where theirs comes later, so one that lost its text keeps an
        // empty row. Both write in the order of ids: nobody waits for each other.
        await StoreAsync(connection, due, "do update set body = excluded.body", ct);
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
        await StoreAsync(connection, [.. messages.Where(message => message.Text is not null)], "do nothing", ct);
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

    /// <summary>Writes the texts, empty ones where there is none.</summary>
    /// <param name="connection">In whose transaction.</param>
    /// <param name="messages">In the order of their ids.</param>
    /// <param name="ifThere">What becomes of a text that is there already.</param>
    /// <param name="ct">Ends the work.</param>
    private static async Task StoreAsync(
        NpgsqlConnection connection,
        IReadOnlyList<Source> messages,
        string ifThere,
        CancellationToken ct
    )
    {
        if (messages.Count == 0)
            return;
        await connection.ExecuteAsync(
            $"""
            insert into message_texts (message_id, channel_id, body)
            select * from unnest($1::uuid[], $2::uuid[], $3::text[]) on conflict (message_id) {ifThere}
            """,
            ct,
            messages.Select(message => message.Id).ToArray(),
            messages.Select(message => message.ChannelId).ToArray(),
            messages.Select(message => message.Text ?? "").ToArray()
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

    /// <summary>A message as the index sees it.</summary>
    /// <param name="Id">Which.</param>
    /// <param name="ChannelId">Where it is.</param>
    /// <param name="Text">What of it can be searched; null for nothing.</param>
    private sealed record Source(Guid Id, Guid ChannelId, string? Text)
    {
        public static Source From(NpgsqlDataReader row) =>
            new(
                row.GetGuid(0),
                row.GetGuid(1),
                row.GetBoolean(4) ? null : SearchableText.Of(row.GetString(2), row.GetFieldValue<byte[]>(3))
            );
    }
}
