using System.Text.Json;
using Chatalot.Features.Accounts;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Moderation;

/// <summary>
/// GET /api/communities/{cid}/moderation-log: who did what in the community, to whom and why, newest first;
/// <c>before</c> takes the id of the last entry of the page before. Moderators and above. From where it was done is for
/// instance admins only, in the audit log.
/// </summary>
internal sealed class ReadTrail(CommunityGate communities, NpgsqlDataSource database)
    : Endpoint<ReadTrail.Query, IReadOnlyList<TrailEntry>>
{
    private const int LimitByDefault = 100;

    public sealed record Query(Guid Cid, Guid? Before, int? Limit);

    public override void Configure()
    {
        Get("/api/communities/{cid}/moderation-log");
        Summary("Read what moderators did in a community", 403, 404);
    }

    public override async Task<IReadOnlyList<TrailEntry>> ExecuteAsync(Query query, CancellationToken ct)
    {
        await communities.RequireAsync(query.Cid, User.Id(), CommunityAction.Discipline, ct);
        return await database.ListAsync(
            """
            select entry.id, entry.action, entry.user_id, actor.data ->> 'username',
                   (entry.metadata ->> 'target_user_id')::uuid, target.data ->> 'username',
                   entry.metadata ->> 'reason',
                   (entry.metadata - 'community_id' - 'target_user_id' - 'reason')::text,
                   entry.created_at
            from audit_log entry
            left join mt_doc_user actor on actor.id = entry.user_id
            left join mt_doc_user target on target.id = (entry.metadata ->> 'target_user_id')::uuid
            where entry.metadata ? 'community_id' and entry.metadata ->> 'community_id' = $1
              and ($2::uuid is null or entry.id < $2)
            order by entry.id desc
            limit $3
            """,
            row => new TrailEntry(
                row.GetGuid(0),
                row.GetString(1),
                row.GetId(2),
                row.GetText(3),
                row.GetId(4),
                row.GetText(5),
                row.GetText(6),
                JsonElement.Parse(row.GetString(7)),
                row.GetFieldValue<DateTimeOffset>(8)
            ),
            ct,
            query.Cid.ToString(),
            query.Before,
            Page.Of(query.Limit, offset: null, LimitByDefault).Limit
        );
    }
}

/// <summary>Something that was done in a community.</summary>
/// <param name="Id">Id, time-ordered.</param>
/// <param name="Action">What, for example <c>community_kick</c>.</param>
/// <param name="ActorId">By whom; null once that account is gone.</param>
/// <param name="ActorUsername">The actor's name.</param>
/// <param name="TargetUserId">To whom, if to anybody.</param>
/// <param name="TargetUsername">That person's name.</param>
/// <param name="Reason">Why, if it was said.</param>
/// <param name="Details">Further facts: ids, roles before and after, names of what is gone.</param>
/// <param name="CreatedAt">When.</param>
public sealed record TrailEntry(
    Guid Id,
    string Action,
    Guid? ActorId,
    string? ActorUsername,
    Guid? TargetUserId,
    string? TargetUsername,
    string? Reason,
    JsonElement Details,
    DateTimeOffset CreatedAt
);
