using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Voice;

/// <summary>The history of calls in the database. Every statement may be repeated.</summary>
internal sealed class CallStore(NpgsqlDataSource database)
{
    private readonly Guid processId = Guid.NewGuid();

    /// <summary>
    /// Somebody joined; the call is written with its first one. Nothing where the channel or the account is gone.
    /// </summary>
    public Task StoreJoinedAsync(Call call, Guid userId, DateTimeOffset at, CancellationToken ct) =>
        database.ExecuteAsync(
            """
            with started as (
                insert into voice_sessions (id, channel_id, started_by, started_at, process_id, seen_at)
                select $1, channel.id, $3, $4, $5, $4
                from mt_doc_channel channel, mt_doc_user starter
                where channel.id = $2 and starter.id = $3
                on conflict (id) do nothing
                returning id
            )
            insert into voice_participants (session_id, user_id, joined_at)
            select call.id, person.id, $4
            from (select id from started union select id from voice_sessions where id = $1) call, mt_doc_user person
            where person.id = $3
            on conflict do nothing
            """,
            ct,
            call.Id,
            call.ChannelId,
            userId,
            at,
            processId
        );

    /// <summary>Somebody left.</summary>
    public Task StoreLeftAsync(
        Call call,
        Guid userId,
        DateTimeOffset joinedAt,
        DateTimeOffset leftAt,
        bool isOver,
        CancellationToken ct
    ) =>
        database.ExecuteAsync(
            """
            with gone as (
                update voice_participants set left_at = $4
                where session_id = $1 and user_id = $2 and joined_at = $3 and left_at is null
            )
            update voice_sessions set ended_at = $4 where id = $1 and $5 and ended_at is null
            """,
            ct,
            call.Id,
            userId,
            joinedAt,
            leftAt,
            isOver
        );

    /// <summary>This process still holds its calls.</summary>
    public Task StoreSignOfLifeAsync(DateTimeOffset now, CancellationToken ct) =>
        database.ExecuteAsync(
            "update voice_sessions set seen_at = $2 where process_id = $1 and ended_at is null",
            ct,
            processId,
            now
        );

    /// <summary>
    /// Ends calls in which nobody is any more, and those of other processes that were last seen before
    /// <paramref name="lastSeen"/>: everybody left when the process was last seen.
    /// </summary>
    /// <returns>How many there were.</returns>
    public Task<int> EndOrphansAsync(DateTimeOffset lastSeen, CancellationToken ct) =>
        database.ExecuteAsync(
            """
            with orphaned as (
                select id, seen_at from voice_sessions session
                where ended_at is null
                  and ((process_id <> $1 and seen_at < $2)
                       or not exists (select from voice_participants
                                      where session_id = session.id and left_at is null))
                for update skip locked
            ),
            gone as (
                update voice_participants participant set left_at = greatest(orphaned.seen_at, participant.joined_at)
                from orphaned where participant.session_id = orphaned.id and participant.left_at is null
            )
            update voice_sessions session set ended_at = greatest(orphaned.seen_at, session.started_at)
            from orphaned where session.id = orphaned.id
            """,
            ct,
            processId,
            lastSeen
        );

    /// <summary>
    /// Channels with a call that is open or began since then, 10,000 at most. Ids of calls grow with their beginning.
    /// </summary>
    public async Task<IReadOnlyList<Guid>> ChannelsSinceAsync(DateTimeOffset since, CancellationToken ct) =>
        await database.ListAsync(
            "select distinct channel_id from voice_sessions where ended_at is null or id > $1 limit 10000",
            row => row.GetGuid(0),
            ct,
            Guid.CreateVersion7(since)
        );
}
