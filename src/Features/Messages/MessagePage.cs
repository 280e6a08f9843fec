using Npgsql;

namespace Chatalot.Features.Messages;

/// <summary>A page of messages with what belongs to them, read by one query.</summary>
public static class MessagePage
{
    /// <summary>Most messages in a page.</summary>
    public const int Largest = 100;

    private const int Default = 50;
    private const int Blocked = 4;

    /// <summary>
    /// Clients count the people, so all are named up to a number that no count on a screen can tell apart.
    /// </summary>
    private const int MostReactingUsers = 1000;

    /// <summary>
    /// How many messages are asked for: 0 to 100, by default 50; other values are brought into the range.
    /// </summary>
    public static int Limit(int? asked) =>
        asked switch
        {
            null => Default,
            0 => 0,
            { } limit => Math.Clamp(limit, 1, Largest),
        };

    /// <summary>
    /// The query: visible messages for which the condition holds, the first <c>$2</c> of them, without what the people
    /// of <c>$4</c> wrote. The page is cut before anything is looked up for its messages. That no page is larger than
    /// <see cref="Largest"/> is said beside <c>$2</c>: one plan for all pages looks dear to a planner that does not
    /// know it, and planning each page anew takes twice as long as reading it.
    /// </summary>
    /// <param name="condition">Over alias <c>m</c>: the channel or thread, and the place in it.</param>
    /// <param name="newestFirst">Or the oldest.</param>
    public static string Sql(string condition, bool newestFirst) =>
        $"""
            with page as materialized (
                select {MessageResponse.Columns} from (
                    select * from messages m where {condition} and {MessageVisibility.Without(Blocked)}
                    order by {MessageRange.Order(newestFirst)} limit {Largest}
                ) m limit $2
            )
            {With("page", Blocked)}
            order by page.id {(newestFirst ? "desc" : "asc")}
            """;

    /// <summary>
    /// Goes on behind the last common table and selects what <see cref="MessageResponse.From"/> reads. Threads and
    /// reactions are looked up for the whole page at once, which costs a third of asking for each message.
    /// </summary>
    /// <param name="page">Name of the common table with the messages, at most <see cref="Largest"/>.</param>
    /// <param name="blocked">Number of the parameter with the people whose replies are not counted.</param>
    /// <param name="more">Further columns, with a comma before each.</param>
    /// <param name="join">Where they come from.</param>
    public static string With(string page, int blocked, string more = "", string join = "") =>
        $"""
            , thread as materialized (
                select m.thread_id, count(*)::int as replies, max(m.created_at) as newest from messages m
                where m.thread_id = any(array(select id from {page})) and {MessageVisibility.Without(blocked)}
                group by m.thread_id
            ), reacted as materialized (
                select message_id, jsonb_agg(
                    jsonb_build_object('emoji', emoji, 'user_ids', user_ids) order by first_at, emoji
                ) as reactions
                from (
                    select r.message_id, r.emoji, min(r.created_at) as first_at,
                           (array_agg(r.user_id order by r.created_at))[:{MostReactingUsers}] as user_ids
                    from message_reactions r where r.message_id = any(array(select id from {page}))
                    group by r.message_id, r.emoji
                ) used
                group by message_id
            )
            select {page}.*, thread.replies, thread.newest, reacted.reactions{more}
            from {page} {join}
            left join thread on thread.thread_id = {page}.id
            left join reacted on reacted.message_id = {page}.id
            """;

    /// <summary>Reads the page.</summary>
    public static async Task<List<MessageResponse>> ReadAsync(NpgsqlCommand command, CancellationToken ct)
    {
        var page = new List<MessageResponse>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            page.Add(MessageResponse.From(reader));
        return page;
    }
}
