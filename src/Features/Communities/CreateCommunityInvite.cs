using Chatalot.Features.Accounts;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Communities;

/// <summary>POST /api/communities/{cid}/invites: make an invite, by the community's policy.</summary>
internal sealed class CreateCommunityInvite(CommunityGate communities, NpgsqlDataSource database, TimeProvider clock)
    : Endpoint<CreateCommunityInvite.Command, CommunityInviteResponse>
{
    public sealed record Command(Guid Cid, int? MaxUses, int? ExpiresInHours);

    public sealed class Rules : Validator<Command>
    {
        public Rules()
        {
            RuleFor(c => c.MaxUses).MaxUses();
            RuleFor(c => c.ExpiresInHours).ExpiresInHours();
        }
    }

    public override void Configure()
    {
        Post("/api/communities/{cid}/invites");
        Summary("Create an invite to a community", 403, 404);
        DontThrowIfValidationFails();
    }

    public override async Task<CommunityInviteResponse> ExecuteAsync(Command command, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        // Whoever takes the right away ends the invites made by it: this one comes before that, or not at all.
        await connection.LockMembershipsAsync(User.Id(), ct);
        await connection.ExecuteAsync("select from mt_doc_community where id = $1 for share", ct, command.Cid);
        var standing = await communities.RequireAsync(connection, command.Cid, User.Id(), CommunityAction.View, ct);
        if (!standing.WhoCanCreateInvites.IsSatisfiedBy(standing.Level))
            throw Failure.Forbidden.AsException();
        ThrowIfAnyErrors();

        if (await CountActiveAsync(connection, command.Cid, now, ct) >= InviteRules.ActivePerSpace)
            throw InviteRules.TooMany.AsException();
        CommunityInviteResponse? invite;
        do invite = await InsertAsync(connection, command, now, ct);
        while (invite is null);
        await (InviteTrail.About("community_invite_created", invite.Id) with { CommunityId = command.Cid }).RecordAsync(
            connection,
            HttpContext,
            now,
            ct
        );
        await transaction.CommitAsync(CancellationToken.None);
        return invite;
    }

    private static Task<long> CountActiveAsync(
        NpgsqlConnection connection,
        Guid communityId,
        DateTimeOffset now,
        CancellationToken ct
    ) =>
        connection.FirstAsync(
            """
            select count(*) from community_invites
            where community_id = $1 and (expires_at is null or expires_at > $2)
              and (max_uses is null or used_count < max_uses)
            """,
            row => row.GetInt64(0),
            ct,
            communityId,
            now
        );

    /// <summary>Null when another invite has the code by chance.</summary>
    private Task<CommunityInviteResponse?> InsertAsync(
        NpgsqlConnection connection,
        Command command,
        DateTimeOffset now,
        CancellationToken ct
    ) =>
        connection.FirstAsync(
            $"""
            insert into community_invites (id, code, community_id, max_uses, expires_at, created_by, created_at)
            values ($1, $2, $3, $4, $5, $6, $7)
            on conflict (code) do nothing
            returning {CommunityInviteResponse.Columns}
            """,
            CommunityInviteResponse.Read,
            ct,
            Guid.CreateVersion7(now),
            InviteCode.Create(),
            command.Cid,
            command.MaxUses,
            command.ExpiresInHours is { } hours ? now.AddHours(hours) : null,
            User.Id(),
            now
        );
}
