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
        var issuerLevel =
            await discipline.FindIssuerLevelAsync(connection, command.Cid, command.Chid, command.Uid, now, ct)
            ?? throw Failure.NotFound("no active timeout found").AsException();
        if (command.Uid == User.Id() || issuerLevel > actor.Level)
            throw Failure.Forbidden.AsException();
        await connection.ExecuteAsync(
            "delete from channel_timeouts where channel_id = $1 and user_id = $2",
            ct,
            command.Chid,
            command.Uid
        );
        var audience = await Audience.OfDisciplineAsync(connection, command.Chid, command.Uid, ct);
        await new Act("timeout_removed")
        {
            CommunityId = command.Cid,
            ChannelId = command.Chid,
            TargetId = command.Uid,
        }.RecordAsync(connection, HttpContext, now, ct);
        await transaction.CommitAsync(CancellationToken.None);

        await membership.ChannelRoleChangedAsync(command.Chid, command.Uid);
        news.TellPeople(audience, new TimeoutLiftedFrame(command.Chid, command.Uid));
        return null;
    }
}
