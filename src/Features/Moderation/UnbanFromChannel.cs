using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Moderation;

/// <summary>
/// POST /api/channels/{id}/members/{user_id}/unban: let somebody join the channel again. Channel moderators and above.
/// </summary>
internal sealed class UnbanFromChannel(ChannelGate channels, NpgsqlDataSource database, TimeProvider clock)
    : Endpoint<UnbanFromChannel.Command>
{
    public sealed record Command(Guid Id, Guid UserId);

    public override void Configure()
    {
        Post("/api/channels/{id}/members/{user_id}/unban");
        Summary("Lift a ban from a channel", 403, 404);
    }

    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var actor = await channels.FindAsync(connection, command.Id, User.Id(), ct);
        if (actor.RefusalTo(ChannelAction.LiftBan) is { } refusal)
            throw refusal.AsException();
        var lifted = await connection.ExecuteAsync(
            "delete from channel_bans where channel_id = $1 and user_id = $2",
            ct,
            command.Id,
            command.UserId
        );
        if (lifted == 0)
            throw Failure.NotFound("ban not found").AsException();
        await new Act("channel_unban")
        {
            CommunityId = actor.Channel.CommunityId,
            ChannelId = command.Id,
            TargetId = command.UserId,
        }.RecordAsync(connection, HttpContext, clock.GetUtcNow(), ct);
        await transaction.CommitAsync(CancellationToken.None);
        return null;
    }
}
