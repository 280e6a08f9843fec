using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Communities;

/// <summary>
/// GET /api/community-invites/{code}: what an invite leads to, for people without an account too. A community that is
/// not discoverable shows neither its name nor its size.
/// </summary>
internal sealed class PreviewCommunityInvite(NpgsqlDataSource database, TimeProvider clock)
    : Endpoint<PreviewCommunityInvite.Query, PreviewCommunityInvite.Response>
{
    public sealed record Query(string Code);

    public sealed record Response(string CommunityName, string? CommunityDescription, int MemberCount, string Code);

    public override void Configure()
    {
        Get("/api/community-invites/{code}");
        AllowAnonymous();
        Summary("Preview an invite to a community", 404);
    }

    public override async Task<Response> ExecuteAsync(Query query, CancellationToken ct)
    {
        if (InviteCode.IsTooLong(query.Code))
            throw Failure.Validation("invalid invite code").AsException();
        var found = await database.FirstAsync(
            $"""
            select {CommunityResponse.Columns}, invite.max_uses, invite.used_count, invite.expires_at
            from community_invites invite
            join mt_doc_community space on space.id = invite.community_id
            left join community_sizes size on size.community_id = space.id
            where invite.code = $1
            """,
            row => new
            {
                Community = CommunityResponse.Read(row),
                Invite = new InviteState(row.GetNumber(2), row.GetInt32(3), row.GetTime(4)),
            },
            ct,
            query.Code
        );
        if (found is null)
            throw InviteCode.NotFound.AsException();
        if (found.Invite.Refusal(clock.GetUtcNow()) is { } refusal)
            throw Failure.Validation(refusal).AsException();
        return found.Community.Discoverable
            ? new Response(found.Community.Name, found.Community.Description, found.Community.MemberCount, query.Code)
            : new Response("Private Community", CommunityDescription: null, MemberCount: 0, query.Code);
    }
}
