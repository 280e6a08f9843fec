using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Groups;

/// <summary>
/// GET /api/invites/{code}: what an invite leads to, for people without an account too. A group that is not
/// discoverable shows neither its name nor its size. Clients ask here for codes of communities too, so every refusal is
/// a 404.
/// </summary>
internal sealed class PreviewGroupInvite(NpgsqlDataSource database, TimeProvider clock)
    : Endpoint<PreviewGroupInvite.Query, PreviewGroupInvite.Response>
{
    public sealed record Query(string Code);

    public sealed record Response(string GroupName, string? GroupDescription, int MemberCount, string Code);

    public override void Configure()
    {
        Get("/api/invites/{code}");
        AllowAnonymous();
        Summary("Preview an invite to a group", 404);
    }

    public override async Task<Response> ExecuteAsync(Query query, CancellationToken ct)
    {
        if (InviteCode.IsTooLong(query.Code))
            throw InviteCode.NotFound.AsException();
        var found = await database.FirstAsync(
            $"""
            select {GroupResponse.Columns}, invite.max_uses, invite.used_count, invite.expires_at
            from group_invites invite
            join mt_doc_group space on space.id = invite.group_id
            left join group_sizes size on size.group_id = space.id
            where invite.code = $1
            """,
            row => new
            {
                Group = GroupResponse.Read(row),
                Invite = new InviteState(row.GetNumber(2), row.GetInt32(3), row.GetTime(4)),
            },
            ct,
            query.Code
        );
        if (found is null)
            throw InviteCode.NotFound.AsException();
        if (found.Invite.Refusal(clock.GetUtcNow()) is { } refusal)
            throw Failure.NotFound(refusal).AsException();
        return found.Group.Discoverable
            ? new Response(found.Group.Name, found.Group.Description, found.Group.MemberCount, query.Code)
            : new Response("Private Group", GroupDescription: null, MemberCount: 0, query.Code);
    }
}
