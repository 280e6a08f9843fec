using Chatalot.Features.Accounts;
using Chatalot.Features.Frames;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Npgsql;

namespace Chatalot.Features.Channels;

/// <summary>
/// POST /api/channels/{id}/transfer-ownership: make another member the owner. Channel owner, instance owner and admins.
/// </summary>
internal sealed class TransferChannel(
    ChannelGate channels,
    NpgsqlDataSource database,
    ChannelMembership membership,
    SpaceNews news,
    TimeProvider clock
) : Endpoint<TransferChannel.Command>
{
    public sealed record Command(Guid Id, Guid NewOwnerId);

    public override void Configure()
    {
        Post("/api/channels/{id}/transfer-ownership");
        Summary("Transfer a channel", 403, 404);
    }

    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await Ownership.LockAsync(connection, Ownership.Space.Channel, command.Id, ct);
        var relation = await channels.FindAsync(connection, command.Id, User.Id(), ct);
        if (relation.RefusalTo(ChannelAction.TransferOwnership) is { } refusal)
            throw refusal.AsException();
        var previous = await Ownership.MoveAsync(
            connection,
            Ownership.Space.Channel,
            command.Id,
            command.NewOwnerId,
            ct
        );
        await (
            ChannelNews.About("channel_transferred", relation.Channel) with
            {
                TargetId = command.NewOwnerId,
            }
        ).RecordAsync(connection, HttpContext, clock.GetUtcNow(), ct);
        await transaction.CommitAsync(CancellationToken.None);

        if (previous is { } previousId && previousId != command.NewOwnerId)
            await AnnounceAsync(command.Id, previousId, SpaceRole.Admin);
        await AnnounceAsync(command.Id, command.NewOwnerId, SpaceRole.Owner);
        return null;
    }

    private async Task AnnounceAsync(Guid channelId, Guid userId, SpaceRole role)
    {
        await membership.ChannelRoleChangedAsync(channelId, userId);
        news.TellSubscribers(channelId, new MemberRoleUpdatedFrame(channelId, userId, role.Word()));
    }
}
