using Chatalot.Features.Channels;
using Chatalot.Features.Messages;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Chatalot.Shared.Realtime;
using Npgsql;

namespace Chatalot.Features.Polls;

/// <summary>
/// Opens a poll for one vote: whoever votes holds the poll's row, so that votes, withdrawals and the closing of one
/// poll happen one after the other, in every process.
/// </summary>
internal sealed class Voting(
    NpgsqlDataSource database,
    ChannelAccess access,
    WriteRules writeRules,
    Rooms rooms,
    TimeProvider clock
)
{
    /// <summary>Changes the caller's votes while the poll cannot change; the result says what became of them.</summary>
    /// <exception cref="FailureException">
    /// There is no such poll, it takes no votes, or not from this person.
    /// </exception>
    public async Task<(Poll Poll, VoteChange Change)> ChangeAsync(
        Guid pollId,
        Guid voterId,
        Func<Poll, IReadOnlyList<int>, VoteChange> decide,
        CancellationToken ct
    )
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var poll =
            await connection.FirstAsync(
                """
                select id, channel_id, cardinality(options), multi_select, anonymous, closed, expires_at
                from polls where id = $1 for no key update
                """,
                Poll.From,
                ct,
                pollId
            ) ?? throw PollRules.NotFound.AsException();
        await RequireAsync(poll, voterId, ct);
        var chosen = await connection.ListAsync(
            "select option_index from poll_votes where poll_id = $1 and user_id = $2",
            row => (int)row.GetInt16(0),
            ct,
            pollId,
            voterId
        );
        var change = decide(poll, chosen);
        foreach (var option in change.Withdrawn)
            await connection.ExecuteAsync(
                "delete from poll_votes where poll_id = $1 and user_id = $2 and option_index = $3",
                ct,
                pollId,
                voterId,
                (short)option
            );
        if (change.Cast is { } cast)
            await connection.ExecuteAsync(
                "insert into poll_votes (poll_id, user_id, slot, option_index, created_at) values ($1, $2, $3, $4, $5)",
                ct,
                pollId,
                voterId,
                (short)(poll.MultiSelect ? cast : 0),
                (short)cast,
                clock.GetUtcNow()
            );
        await transaction.CommitAsync(CancellationToken.None);
        return (poll, change);
    }

    /// <summary>
    /// Tells the channel. In an anonymous poll not the voter, whose client counts its own vote by itself and could not
    /// know this one as its own.
    /// </summary>
    public void Tell(Poll poll, Guid voterId, OutgoingFrame frame)
    {
        if (poll.Anonymous)
            rooms.Publish(poll.ChannelId, frame, listener => listener.UserId != voterId);
        else
            rooms.Publish(poll.ChannelId, frame);
    }

    private async Task RequireAsync(Poll poll, Guid voterId, CancellationToken ct)
    {
        if (PollRules.CheckOpen(poll.Closed, poll.ExpiresAt, clock.GetUtcNow()) is { } over)
            throw over.AsException();
        var standing = await access.FindAsync(poll.ChannelId, voterId, ct) ?? throw Failure.Forbidden.AsException();
        if (await writeRules.CheckAsync(standing, voterId, WriteKind.React, ct) is { } closed)
            throw closed.AsException();
    }
}

/// <summary>What a vote needs to know of its poll.</summary>
/// <param name="Id">The poll.</param>
/// <param name="ChannelId">Its channel.</param>
/// <param name="Options">How many options it has.</param>
/// <param name="MultiSelect">Whether a person may choose several.</param>
/// <param name="Anonymous">Whether nobody is told who voted for what.</param>
/// <param name="Closed">Closed by hand.</param>
/// <param name="ExpiresAt">When voting ends by itself.</param>
internal sealed record Poll(
    Guid Id,
    Guid ChannelId,
    int Options,
    bool MultiSelect,
    bool Anonymous,
    bool Closed,
    DateTimeOffset? ExpiresAt
)
{
    public static Poll From(NpgsqlDataReader row) =>
        new(
            row.GetGuid(0),
            row.GetGuid(1),
            row.GetInt32(2),
            row.GetBoolean(3),
            row.GetBoolean(4),
            row.GetBoolean(5),
            row.GetTime(6)
        );
}

/// <summary>What one call changes in a person's votes.</summary>
/// <param name="Withdrawn">Options that lose the vote.</param>
/// <param name="Cast">The option that gets one.</param>
internal sealed record VoteChange(IReadOnlyList<int> Withdrawn, int? Cast)
{
    /// <summary>The vote for an option, given what was chosen before.</summary>
    public static VoteChange For(int option, bool multiSelect, IReadOnlyList<int> chosen) =>
        new(multiSelect ? [] : [.. chosen.Where(other => other != option)], chosen.Contains(option) ? null : option);

    /// <summary>The withdrawal from an option.</summary>
    public static VoteChange Without(int option, IReadOnlyList<int> chosen) =>
        new(chosen.Contains(option) ? [option] : [], Cast: null);
}
