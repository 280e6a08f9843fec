using Chatalot.Features.Accounts;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Moderation;

/// <summary>
/// POST /api/communities/{cid}/bans/{uid}: keep somebody out of the community, a member or not. Moderators and above,
/// on whom they outrank. A ban that exists keeps its reason.
/// </summary>
internal sealed class BanFromCommunity(CommunityGate communities, CommunityRemoval removal, TimeProvider clock)
    : Endpoint<BanFromCommunity.Command>
{
    public sealed record Command(Guid Cid, Guid Uid, string? Reason);

    public sealed class Rules : Validator<Command>
    {
        public Rules() => RuleFor(c => c.Reason).Text(Reasons.LongestOfBan, "reason must be at most 500 characters");
    }

    public override void Configure()
    {
        Post("/api/communities/{cid}/bans/{uid}");
        Summary("Ban somebody from a community", 403, 404);
        DontThrowIfValidationFails();
    }

    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        if (command.Uid == User.Id())
        {
            await communities.RequireAsync(command.Cid, User.Id(), CommunityAction.ManageBans, ct);
            throw Failure.Validation("you cannot ban yourself").AsException();
        }
        var reason = command.Reason.Trimmed();
        await removal.RemoveAsync(
            HttpContext,
            new Act("community_ban")
            {
                CommunityId = command.Cid,
                TargetId = command.Uid,
                Reason = reason,
            },
            Check,
            connection => InsertAsync(connection, command, reason, ct),
            ct
        );
        return null;
    }

    private Failure? Check(CommunityStanding actor, CommunityRemoval.Target target)
    {
        if (target.Row is not null && target.Refusal(actor) is { } refusal)
            return refusal;
        ThrowIfAnyErrors();
        // The people of the instance pass every gate: a ban in advance would be a word without effect.
        return !target.Exists ? Failure.NotFound("user not found")
            : target.Row is null && target.Instance is not InstanceRole.None ? target.Refusal(actor)
            : null;
    }

    private Task<int> InsertAsync(NpgsqlConnection connection, Command command, string? reason, CancellationToken ct) =>
        connection.ExecuteAsync(
            """
            insert into community_bans (community_id, user_id, reason, banned_by, created_at)
            values ($1, $2, $3, $4, $5)
            on conflict do nothing
            """,
            ct,
            command.Cid,
            command.Uid,
            reason,
            User.Id(),
            clock.GetUtcNow()
        );
}
