using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Features.Frames;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Moderation;

/// <summary>
/// DELETE /api/communities/{cid}/channels/{chid}/timeout/{uid}: let a member write again. Community moderators and
/// above; nobody lifts their own, or one that somebody above them issued.
/// </summary>
internal sealed class LiftTimeout(
    Discipline discipline,
    IInstanceRoles instanceRoles,
    NpgsqlDataSource database,
    ChannelMembership membership,
    SpaceNews news,
    TimeProvider clock
) : Endpoint<LiftTimeout.Command>
{
    public sealed record Command(Guid Cid, Guid Chid, Guid Uid);

    public override void Configure()
    {
        Delete("/api/communities/{cid}/channels/{chid}/timeout/{uid}");
        Summary("Lift a timeout", 403, 404);
    }

    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var actor = await discipline.RequireAsync(connection, command.Cid, command.Chid, User.Id(), ct);
        var issuerLevel = await DeleteAsync(connection, command, now, ct);
        if (command.Uid == User.Id() || issuerLevel > actor.Level)
            throw Failure.Forbidden.AsException();
        var audience = await Audience.OfDisciplineAsync(connection, command.Chid, command.Uid, ct);
        await new Act("timeout_removed")
        {
            CommunityId = command.Cid,
            ChannelId = command.Chid,
            TargetId = command.Uid,
        }.RecordAsync(connection, HttpContext, now, ct);
        await transaction.CommitAsync(ct);

        await membership.ChannelRoleChangedAsync(command.Chid, command.Uid);
        news.TellPeople(audience, new TimeoutLiftedFrame(command.Chid, command.Uid));
        return null;
    }

    /// <summary>The level of whoever issued it, as it is now; a member's once that account is gone.</summary>
    private async Task<int> DeleteAsync(
        NpgsqlConnection connection,
        Command command,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var lifted = await connection.FirstAsync(
            """
            with lifted as (
                delete from channel_timeouts where channel_id = $1 and user_id = $2 and expires_at > $4
                returning issued_by
            )
            select true, lifted.issued_by, member.role
            from lifted
            left join community_members member on member.community_id = $3 and member.user_id = lifted.issued_by
            """,
            row => (Found: row.GetBoolean(0), IssuerId: row.GetId(1), Row: row.GetRole(2)),
            ct,
            command.Chid,
            command.Uid,
            command.Cid,
            now
        );
        if (!lifted.Found)
            throw Failure.NotFound("no active timeout found").AsException();
        var instance = lifted.IssuerId is { } issuerId ? await instanceRoles.FindAsync(issuerId, ct) : null;
        return Level.Of(instance ?? InstanceRole.None, lifted.Row);
    }
}
