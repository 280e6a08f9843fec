using Chatalot.Features.Accounts;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Moderation;

/// <summary>DELETE /api/communities/{cid}/bans/{uid}: let somebody in again, by invite. Moderators and above.</summary>
internal sealed class UnbanFromCommunity(CommunityGate communities, NpgsqlDataSource database, TimeProvider clock)
    : Endpoint<UnbanFromCommunity.Command>
{
    public sealed record Command(Guid Cid, Guid Uid);

    public override void Configure()
    {
        Delete("/api/communities/{cid}/bans/{uid}");
        Summary("Lift a ban from a community", 403, 404);
    }

    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await communities.RequireAsync(connection, command.Cid, User.Id(), CommunityAction.ManageBans, ct);
        var lifted = await connection.ExecuteAsync(
            "delete from community_bans where community_id = $1 and user_id = $2",
            ct,
            command.Cid,
            command.Uid
        );
        if (lifted == 0)
            throw Failure.NotFound("ban not found").AsException();
        await new Act("community_unban") { CommunityId = command.Cid, TargetId = command.Uid }.RecordAsync(
            connection,
            HttpContext,
            clock.GetUtcNow(),
            ct
        );
        await transaction.CommitAsync(CancellationToken.None);
        return null;
    }
}
