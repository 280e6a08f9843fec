using Chatalot.Features.Accounts;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Groups;

/// <summary>
/// GET /api/groups/discover: groups that the caller may join or has joined: public and discoverable ones of their
/// communities. The instance owner sees all. By name, at most 200; <c>community_id</c> narrows it to one community.
/// </summary>
internal sealed class DiscoverGroups(IInstanceRoles instanceRoles, NpgsqlDataSource database)
    : Endpoint<DiscoverGroups.Query, IReadOnlyList<GroupResponse>>
{
    private const int Most = 200;

    public sealed record Query(Guid? CommunityId);

    public override void Configure()
    {
        Get("/api/groups/discover");
        Summary("List groups to join");
    }

    public override async Task<IReadOnlyList<GroupResponse>> ExecuteAsync(Query query, CancellationToken ct)
    {
        var instance = await instanceRoles.FindAsync(User.Id(), ct) ?? throw Failure.Unauthorized.AsException();
        return await database.ListAsync(
            $"""
            select {GroupResponse.Columns}
            from mt_doc_group space
            left join group_sizes size on size.group_id = space.id
            where ($1::uuid is null or space.community_id = $1)
              and ($2
                   or exists (select from group_members where group_id = space.id and user_id = $3)
                   or (space.visibility = 'public' and (space.data ->> 'discoverable')::boolean
                       and space.community_id in (select community_id from community_members where user_id = $3)))
            order by space.name, space.id
            limit {Most}
            """,
            GroupResponse.Read,
            ct,
            query.CommunityId,
            instance is InstanceRole.Owner,
            User.Id()
        );
    }
}
