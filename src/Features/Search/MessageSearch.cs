using Chatalot.Features.Messages;
using Chatalot.Features.Users;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Search;

/// <summary>
/// Finds messages by their text in some channels. Channels that were written to since they were indexed are brought up
/// to date first, within bounds, so that people find what they just wrote.
/// </summary>
internal sealed class MessageSearch(NpgsqlDataSource database, TextIndex index, BlockDirectory blocks) : IDisposable
{
    private const int SearchesAtOnce = 8;
    private const int StepsBeforeSearch = 4;
    private const int CandidatesForRank = 1000;

    /// <summary>Texts that a search of fewer than three letters looks through, the newest first.</summary>
    private const int TextsWithoutIndex = 20_000;

    private const string StatementTimeout = "5s";

    private static readonly Failure TooSlow = Failure.Validation("the search takes too long, please narrow it");

    private readonly SemaphoreSlim running = new(SearchesAtOnce, SearchesAtOnce);

    /// <summary>The matches that the reader may see.</summary>
    public async Task<IReadOnlyList<MessageResponse>> FindAsync(
        SearchFilters filters,
        IReadOnlyCollection<Guid> channelIds,
        Guid readerId,
        CancellationToken ct
    )
    {
        if (channelIds.Count == 0)
            return [];
        await running.WaitAsync(ct);
        try
        {
            for (var step = 0; step < StepsBeforeSearch && await index.AdvanceAsync(channelIds, ct) > 0; step++) { }
            return await QueryAsync(filters, channelIds, readerId, ct);
        }
        catch (PostgresException timeout) when (timeout.SqlState == PostgresErrorCodes.QueryCanceled)
        {
            throw TooSlow.AsException();
        }
        finally
        {
            running.Release();
        }
    }

    public void Dispose() => running.Dispose();

    private async Task<IReadOnlyList<MessageResponse>> QueryAsync(
        SearchFilters filters,
        IReadOnlyCollection<Guid> channelIds,
        Guid readerId,
        CancellationToken ct
    )
    {
        var blocked = await blocks.OfAsync(readerId, ct);
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        // A plan that does not know how rare the text is would be the wrong one half of the time.
        await connection.ExecuteAsync("set local plan_cache_mode = force_custom_plan", ct);
        await connection.ExecuteAsync($"set local statement_timeout = '{StatementTimeout}'", ct);
        return await connection.ListAsync(
            Sql(filters, channelIds.Count == 1),
            row =>
                MessageResponse.From(row) with
                {
                    Rank = row.GetFloat(16),
                    Highlight = filters.Terms.In(row.GetString(17)),
                },
            ct,
            channelIds.ToArray(),
            filters.Limit,
            filters.Terms.Pattern,
            filters.Terms.Query,
            filters.Cursor ?? Guid.AllBitsSet,
            filters.Sender is { } sender ? LikePattern.Containing(sender) : "%",
            filters.After ?? DateTimeOffset.MinValue.AddDays(1),
            filters.Before ?? DateTimeOffset.MaxValue.AddDays(-1),
            blocked.ToArray()
        );
    }

    private static string Sql(SearchFilters filters, bool isOneChannel)
    {
        // One channel is read in an order that only the index by channel has; in the order of ids, which all texts
        // have, one that has been quiet for long comes last. The newest of many channels are found sooner in the order
        // of all.
        var (channels, position) = isOneChannel
            ? ("= ($1)[1]", "uuid_send(t.message_id)")
            : ("= any($1)", "t.message_id");
        var before = isOneChannel ? "uuid_send($5)" : "$5";
        var texts = filters.Terms.IsIndexed
            ? "message_texts t"
            : $"""
                (
                    select * from message_texts t where t.channel_id {channels} and {position} < {before}
                    order by {position} desc limit {TextsWithoutIndex}
                ) t
                """;
        var match = filters.Terms.IsWords
            ? "(t.body ilike $3 or to_tsvector('simple', t.body) @@ websearch_to_tsquery('simple', $4))"
            : "t.body ilike $3";
        var sender = filters.Sender is null
            ? "$6 is not null"
            : "exists (select from mt_doc_user u where u.id = m.sender_id and u.data ->> 'username' ilike $6)";
        var (found, order) = filters.ByRank
            ? ($"{CandidatesForRank}", "hit.rank desc, page.id desc")
            : ("$2", "page.id desc");
        return $"""
            with found as (
                select t.message_id as id, t.body from {texts} join messages m on m.id = t.message_id
                where t.channel_id {channels} and {match} and {position} < {before} and {MessageVisibility.Sql}
                  and m.created_at between $7 and $8 and {sender}
                  {(filters.FilesOnly ? "and m.message_type = 'file'" : "")}
                  and (m.sender_id is null or m.sender_id <> all($9))
                order by {position} desc limit {found}
            ), hit as (
                select id, body, ts_rank(to_tsvector('simple', body), websearch_to_tsquery('simple', $4)) as rank
                from found order by {(filters.ByRank ? "rank desc, id desc" : "id desc")} limit $2
            ), page as materialized (
                select {MessageResponse.Columns} from hit join messages m on m.id = hit.id
            )
            {MessagePage.With("page", blocked: 9, ", hit.rank, hit.body", "join hit on hit.id = page.id")}
            order by {order}
            """;
    }
}
