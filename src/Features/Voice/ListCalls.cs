using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Postgres;
using FluentValidation;
using Npgsql;

namespace Chatalot.Features.Voice;

/// <summary>
/// GET /api/channels/{id}/calls: the channel's calls, the newest first: who took part, when and for how long. Members
/// only.
/// </summary>
internal sealed class ListCalls(ChannelGate channels, NpgsqlDataSource database)
    : Endpoint<ListCalls.Query, IReadOnlyList<ListCalls.CallResponse>>
{
    private const int MostParticipations = 200;

    /// <param name="Id">The channel.</param>
    /// <param name="Before">Only calls that began before this one.</param>
    /// <param name="Limit">1 to 100; 50 when left out.</param>
    public sealed record Query(Guid Id, Guid? Before, int? Limit);

    /// <inheritdoc/>
    public sealed class Rules : Validator<Query>
    {
        /// <inheritdoc/>
        public Rules() =>
            RuleFor(query => query.Limit).InclusiveBetween(1, 100).WithMessage("limit must be between 1 and 100");
    }

    /// <param name="Id">The call.</param>
    /// <param name="StartedBy">Who joined first; null when the account is gone.</param>
    /// <param name="StartedAt">When it began.</param>
    /// <param name="EndedAt">When the last one left; null while it runs.</param>
    /// <param name="Participants">The first 200 times that somebody took part, in order.</param>
    public sealed record CallResponse(
        Guid Id,
        Guid? StartedBy,
        DateTimeOffset StartedAt,
        DateTimeOffset? EndedAt,
        IReadOnlyList<ParticipationResponse> Participants
    );

    /// <param name="UserId">Who.</param>
    /// <param name="JoinedAt">From when.</param>
    /// <param name="LeftAt">Until when; null: still there.</param>
    public sealed record ParticipationResponse(Guid UserId, DateTimeOffset JoinedAt, DateTimeOffset? LeftAt);

    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/channels/{id}/calls");
        Summary("List the calls of a channel", 403, 404);
        DontThrowIfValidationFails();
    }

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<CallResponse>> ExecuteAsync(Query query, CancellationToken ct)
    {
        await channels.RequireMemberAsync(query.Id, User.Id(), ct);
        ThrowIfAnyErrors();
        return await database.ListAsync(
            $"""
            select session.id, session.started_by, session.started_at, session.ended_at,
                   taken.user_ids, taken.joined, taken.left_at
            from voice_sessions session
            cross join lateral (
                select array_agg(user_id order by joined_at, user_id), array_agg(joined_at order by joined_at, user_id),
                       array_agg(left_at order by joined_at, user_id)
                from (select user_id, joined_at, left_at from voice_participants where session_id = session.id
                      order by joined_at, user_id limit {MostParticipations}) first_ones
            ) taken (user_ids, joined, left_at)
            where session.channel_id = $1 and uuid_send(session.id) < uuid_send($2)
            order by uuid_send(session.id) desc
            limit $3
            """,
            Read,
            ct,
            query.Id,
            query.Before ?? Guid.AllBitsSet,
            query.Limit ?? 50
        );
    }

    private static CallResponse Read(NpgsqlDataReader row) =>
        new(
            row.GetGuid(0),
            row.GetId(1),
            row.GetFieldValue<DateTimeOffset>(2),
            row.GetTime(3),
            row.IsDBNull(4) ? [] : ReadParticipations(row)
        );

    private static ParticipationResponse[] ReadParticipations(NpgsqlDataReader row)
    {
        var (joined, left) = (row.GetFieldValue<DateTime[]>(5), row.GetFieldValue<DateTime?[]>(6));
        return
        [
            .. row.GetFieldValue<Guid[]>(4)
                .Select((userId, i) => new ParticipationResponse(userId, joined[i], left[i])),
        ];
    }
}
