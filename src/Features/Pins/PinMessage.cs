using Chatalot.Features.Accounts;
using Chatalot.Features.Frames;
using Chatalot.Features.Messages;
using Chatalot.Features.Settings;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Chatalot.Shared.Realtime;
using Npgsql;

namespace Chatalot.Features.Pins;

/// <summary>
/// POST /api/channels/{channel_id}/pins/{message_id}: pin a message. Moderators and above, instance admins. Pins of one
/// channel are made one after the other, so that the limit holds however many come at once.
/// </summary>
internal sealed class PinMessage(
    PinRights rights,
    NpgsqlDataSource database,
    InstanceSettings instance,
    Rooms rooms,
    TimeProvider clock
) : Endpoint<PinMessage.Command>
{
    public sealed record Command(Guid ChannelId, Guid MessageId);

    public override void Configure()
    {
        Post("/api/channels/{channel_id}/pins/{message_id}");
        Summary("Pin a message", 403, 404, 409);
    }

    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        await rights.RequireAsync(command.ChannelId, User.Id(), ct);
        var now = clock.GetUtcNow();
        var limit = (await instance.CurrentAsync(ct)).MaxPinsPerChannel;
        if (await StoreAsync(command, limit, now, ct) is { } refusal)
            throw refusal.AsException();
        rooms.Publish(
            command.ChannelId,
            Wire.Of(new MessagePinnedFrame(command.MessageId, command.ChannelId, User.Id(), now))
        );
        return null;
    }

    private async Task<Failure?> StoreAsync(Command command, int limit, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await connection.ExecuteAsync(
            "select pg_advisory_xact_lock(hashtextextended($1, 0))",
            ct,
            $"pins:{command.ChannelId}"
        );
        // Locked, so that it cannot be hidden between this look and the pin.
        var message = await connection.FirstAsync(
            $"select m.channel_id, {MessageVisibility.Sql} from messages m where m.id = $1 for share",
            row => new Target(row.GetGuid(0), row.GetBoolean(1)),
            ct,
            command.MessageId
        );
        var refusal = Check(message, command.ChannelId);
        if (refusal is not null)
            return refusal;

        var (pinned, visible) = await connection.FirstAsync(
            $"""
            select coalesce(bool_or(m.id = $2), false), count(*)::int
            from pins pin join messages m on m.id = pin.message_id
            where pin.channel_id = $1 and {MessageVisibility.Sql}
            """,
            row => (row.GetBoolean(0), row.GetInt32(1)),
            ct,
            command.ChannelId,
            command.MessageId
        );
        if (visible >= limit)
            return Failure.Validation($"maximum of {limit} pins per channel");
        if (pinned)
            return Failure.Conflict("message is already pinned");
        await connection.ExecuteAsync(
            "insert into pins (message_id, channel_id, pinned_by, pinned_at) values ($1, $2, $3, $4)",
            ct,
            command.MessageId,
            command.ChannelId,
            User.Id(),
            now
        );
        await transaction.CommitAsync(CancellationToken.None);
        return null;
    }

    private static Failure? Check(Target? message, Guid channelId) =>
        message is null ? Failure.NotFound("message not found")
        : message.ChannelId != channelId ? Failure.Validation("message does not belong to this channel")
        : !message.IsVisible ? Failure.Validation("cannot pin a deleted message")
        : null;

    private sealed record Target(Guid ChannelId, bool IsVisible);
}
