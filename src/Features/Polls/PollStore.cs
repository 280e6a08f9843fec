using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Polls;

/// <summary>Reads polls with their votes by one query.</summary>
internal sealed class PollStore(NpgsqlDataSource database)
{
    /// <summary>Each option's votes are one row; polls come in the order of the page.</summary>
    private const string Select = """
        select poll.id, poll.channel_id, poll.created_by, poll.question, poll.options, poll.multi_select,
               poll.anonymous, poll.closed, poll.expires_at, poll.created_at, vote.option_index, vote.count,
               vote.voters, coalesce(vote.mine, false)
        from page poll
        left join lateral (
            select option_index, count(*)::int, bool_or(user_id = $1) as mine,
                   case when poll.anonymous then '{}' else (array_agg(user_id order by created_at))[:1000] end as voters
            from poll_votes where poll_id = poll.id group by option_index
        ) vote on true
        order by poll.id desc
        """;

    /// <summary>The poll, or null.</summary>
    public async Task<PollResponse?> FindAsync(Guid pollId, Guid readerId, CancellationToken ct) =>
        (await ReadAsync("select * from polls where id = $2", ct, readerId, pollId)).FirstOrDefault();

    /// <summary>
    /// The channel's polls before the cursor, the latest first; none of people whom the reader has blocked.
    /// </summary>
    public Task<List<PollResponse>> ListAsync(
        Guid channelId,
        Guid? before,
        int limit,
        Guid readerId,
        CancellationToken ct
    ) =>
        ReadAsync(
            """
            select * from polls where channel_id = $2 and uuid_send(id) < uuid_send($3) and not exists (
                select from user_blocks where blocker_id = $1 and blocked_id = created_by
            )
            order by uuid_send(id) desc limit $4
            """,
            ct,
            readerId,
            channelId,
            before ?? Guid.AllBitsSet,
            limit
        );

    private async Task<List<PollResponse>> ReadAsync(string page, CancellationToken ct, params object[] values)
    {
        var rows = await database.ListAsync($"with page as ({page}) {Select}", Row.From, ct, values);
        var polls = new List<PollResponse>();
        foreach (var votes in rows.GroupBy(row => row.Poll.Id))
            polls.Add(WithVotes(votes.First().Poll, [.. votes]));
        return polls;
    }

    private static PollResponse WithVotes(PollResponse poll, IReadOnlyList<Row> votes) =>
        poll with
        {
            Votes =
            [
                .. poll.Options.Select(
                    (_, index) =>
                        votes.FirstOrDefault(row => row.Votes?.OptionIndex == index)?.Votes ?? new(index, 0, [])
                ),
            ],
            MyVotes = [.. votes.Where(row => row.IsMine).Select(row => row.Votes!.OptionIndex).Order()],
        };

    private sealed record Row(PollResponse Poll, PollVotesResponse? Votes, bool IsMine)
    {
        public static Row From(NpgsqlDataReader row) =>
            new(
                new PollResponse(
                    row.GetGuid(0),
                    row.GetGuid(1),
                    row.GetId(2),
                    row.GetString(3),
                    row.GetFieldValue<string[]>(4),
                    row.GetBoolean(5),
                    row.GetBoolean(6),
                    row.GetBoolean(7),
                    row.GetTime(8),
                    row.GetFieldValue<DateTimeOffset>(9),
                    [],
                    []
                ),
                row.IsDBNull(10) ? null : new(row.GetInt16(10), row.GetInt32(11), row.GetFieldValue<Guid[]>(12)),
                row.GetBoolean(13)
            );
    }
}
