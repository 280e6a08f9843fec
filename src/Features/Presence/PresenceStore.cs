using Chatalot.Features.Frames;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Presence;

/// <summary>What the database knows about somebody's presence.</summary>
/// <param name="UserId">Who.</param>
/// <param name="Chosen"><c>dnd</c> or <c>invisible</c>, if they chose that.</param>
/// <param name="Communities">Those who share one see each other.</param>
/// <param name="Apart">Those whom they blocked or who blocked them: they see nothing of each other.</param>
internal sealed record PresenceFacts(Guid UserId, PresenceStatus? Chosen, Guid[] Communities, HashSet<Guid> Apart);

/// <summary>The SQL of presence.</summary>
internal sealed class PresenceStore(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>The facts of these people, by one query.</summary>
    public Task<List<PresenceFacts>> LoadAsync(Guid[] userIds, CancellationToken ct) =>
        database.ListAsync(
            """
            select person.id, choice.status,
                array(select community_id from community_members where user_id = person.id),
                array(
                    select blocked_id from user_blocks where blocker_id = person.id
                    union all
                    select blocker_id from user_blocks where blocked_id = person.id
                )
            from unnest($1) person(id)
            left join presence_choices choice on choice.user_id = person.id
            """,
            row => new PresenceFacts(
                row.GetGuid(0),
                row.GetText(1) switch
                {
                    "dnd" => PresenceStatus.Dnd,
                    "invisible" => PresenceStatus.Invisible,
                    _ => null,
                },
                row.GetFieldValue<Guid[]>(2),
                [.. row.GetFieldValue<Guid[]>(3)]
            ),
            ct,
            userIds
        );

    /// <summary>Keeps the choice; null takes it back.</summary>
    public Task ChooseAsync(Guid userId, PresenceStatus? chosen, CancellationToken ct) =>
        chosen is { } status
            ? database.ExecuteAsync(
                """
                insert into presence_choices (user_id, status, chosen_at) values ($1, $2, $3)
                on conflict (user_id) do update set status = excluded.status, chosen_at = excluded.chosen_at
                """,
                ct,
                userId,
                status is PresenceStatus.Dnd ? "dnd" : "invisible",
                clock.GetUtcNow()
            )
            : database.ExecuteAsync("delete from presence_choices where user_id = $1", ct, userId);
}
